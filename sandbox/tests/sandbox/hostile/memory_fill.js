// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
new Array(2 ** 31).fill(0).length
