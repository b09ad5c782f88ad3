// ends: limit queries: 4 queries are the most that one run may make
for (;;) query('SELECT 1')
