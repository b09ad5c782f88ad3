// ends: limit own_time: the program computed for longer than the 1 s that it may
const modulus = 7n ** 30000n + 1n;
let n = 3n;
for (;;) n = (n * n + 1n) % modulus;
