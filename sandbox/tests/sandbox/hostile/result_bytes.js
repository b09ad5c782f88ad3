// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
Array.from({ length: 50 }, () => ({ text: 'x'.repeat(2000) }))
