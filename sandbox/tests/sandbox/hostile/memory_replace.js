// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
'x'.repeat(1 << 16).replace(/x/g, '$`').length
