// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const all = [];
for (;;) all.push(new Uint8Array(1 << 20).fill(1))
