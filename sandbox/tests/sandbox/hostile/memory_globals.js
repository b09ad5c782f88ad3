// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
for (let i = 0; ; i++) globalThis['g' + i] = i
