// ends: limit stack: 
const f = () => f() + 1;
f()
