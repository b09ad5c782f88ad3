// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
new Array(2 ** 10).fill('abcdefgh'.repeat(8000)).join('').length
