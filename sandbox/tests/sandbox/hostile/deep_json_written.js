// ends: limit 
// limits: patient
let deep = [];
for (let i = 0; i < 100000; i++) deep = [deep];
JSON.stringify(deep).length
