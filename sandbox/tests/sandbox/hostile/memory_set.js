// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const s = new Set();
for (let i = 0; ; i++) s.add(i)
