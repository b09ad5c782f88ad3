// ends: limit stack: 
let deep = [1];
for (let i = 0; i < 100000; i++) deep = [deep];
deep.flat(Infinity)
