// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
new Uint8Array(1 << 20)
