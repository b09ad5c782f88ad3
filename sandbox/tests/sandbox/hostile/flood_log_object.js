// ends: rows [{"value":1}]
console.log({ a: 'x'.repeat(1 << 22) }, new Array(1 << 20).fill('x'));
1
