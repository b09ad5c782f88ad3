// ends: bad_value BadValue: `value
let deep = 1;
for (let i = 0; i < 33; i++) deep = { a: deep };
deep
