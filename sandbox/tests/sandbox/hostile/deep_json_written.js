// ends: limit stack: 
let deep = [];
for (let i = 0; i < 100000; i++) deep = [deep];
JSON.stringify(deep).length
