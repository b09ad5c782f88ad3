// ends: rows [{"value":1}]
console.log('a\0b', '\ud800');
1
