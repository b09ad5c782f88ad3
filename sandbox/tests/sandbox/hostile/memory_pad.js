// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
'x'.padStart(2 ** 28, 'ab').length
