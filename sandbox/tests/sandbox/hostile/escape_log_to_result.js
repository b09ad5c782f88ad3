// ends: rows [{"value":1}]
console.log('\u001b[2J', '{"rows": []}', '\n// ends: limit own_time');
1
