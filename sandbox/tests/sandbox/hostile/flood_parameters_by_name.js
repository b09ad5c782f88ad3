// ends: thrown RangeError: a query takes at most 1000 parameters
const all = {};
for (let i = 0; i < 50000; i++) all['p' + i] = i;
query('SELECT 1', all)
