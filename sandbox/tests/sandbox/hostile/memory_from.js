// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
Array.from({ length: 2 ** 31 }).length
