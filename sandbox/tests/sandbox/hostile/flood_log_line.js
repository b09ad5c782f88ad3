// ends: rows [{"value":1}]
console.log('x'.repeat(1 << 22));
1
