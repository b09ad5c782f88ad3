// ends: rows [{"value":50001}]
let s = 'a';
for (let i = 0; i < 50000; i++) s = 'b' + s;
s.length
