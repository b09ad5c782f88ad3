// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
const a = [];
a[4294967294] = 1;
a
