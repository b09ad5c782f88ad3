// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const all = [];
for (;;) all.push(new Promise((keep) => keep(new Uint8Array(10000))))
