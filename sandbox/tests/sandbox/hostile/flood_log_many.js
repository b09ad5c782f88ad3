// ends: rows [{"value":1}]
console.log(...new Array(5000).fill('x'.repeat(4000)));
1
