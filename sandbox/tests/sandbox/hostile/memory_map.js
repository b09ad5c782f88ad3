// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const m = new Map();
for (let i = 0; ; i++) m.set(i, new Uint8Array(10000))
