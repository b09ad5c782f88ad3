// ends: limit own_time: the program computed for longer than the 1 s that it may
let digits = 0;
for (;;) digits += (7n ** 20000n).toString().length;
