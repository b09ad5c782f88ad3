// ends: bad_value BadValue: `value.a[1]` holds itself
const o = { a: [1] };
o.a.push(o);
o
