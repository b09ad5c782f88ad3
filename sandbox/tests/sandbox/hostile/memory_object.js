// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
const o = {};
for (let i = 0; ; i++) o['key' + i] = new Uint8Array(10000)
