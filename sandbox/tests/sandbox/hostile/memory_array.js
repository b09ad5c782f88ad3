// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const a = [];
for (;;) a.push(new Array(1000).fill(a.length))
