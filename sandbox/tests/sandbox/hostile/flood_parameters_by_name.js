// ends: limit call_bytes: 
const all = {};
for (let i = 0; i < 50000; i++) all['p' + i] = i;
query('SELECT 1', all)
