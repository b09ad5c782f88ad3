// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
'x'.repeat(1 << 20)
