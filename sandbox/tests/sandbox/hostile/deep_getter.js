// ends: limit stack: 
const o = { get a() { return o.a; } };
o.a
