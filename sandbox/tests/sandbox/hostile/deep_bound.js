// ends: limit memory: 
// limits: patient
let f = () => 1;
for (let i = 0; i < 100000; i++) f = f.bind(null);
f()
