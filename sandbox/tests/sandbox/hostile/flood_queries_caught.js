// ends: limit own_time: the program computed for longer than the 1 s that it may
for (;;) { try { query('SELECT 1') } catch {} }
