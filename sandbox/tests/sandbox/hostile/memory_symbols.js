// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const all = [];
for (let i = 0; ; i++) all.push(Symbol.for(i + 's'.repeat(10000)))
