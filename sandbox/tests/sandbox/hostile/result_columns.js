// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
const row = {};
for (let i = 0; i < 50000; i++) row['column' + i] = i;
row
