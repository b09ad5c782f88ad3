// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
// Each of them is six bytes of JSON.
'\u0001'.repeat(12000)
