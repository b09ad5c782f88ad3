// ends: limit own_time: the program computed for longer than the 1 s that it may
for (;;) console.log('x')
