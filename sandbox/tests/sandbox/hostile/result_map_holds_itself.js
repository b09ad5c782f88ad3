// ends: bad_value BadValue: `value.a` holds itself
const m = new Map();
m.set('a', m);
m
