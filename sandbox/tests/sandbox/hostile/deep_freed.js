// ends: rows [{"value":"freed"}]
let deep = [];
for (let i = 0; i < 100000; i++) deep = [deep];
deep = null;
'freed'
