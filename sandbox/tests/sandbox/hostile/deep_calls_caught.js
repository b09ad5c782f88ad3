// ends: limit stack: 
// Catching it is of no use: the stack is gone for good.
const f = () => { try { f() } catch {} f() };
try { f() } catch {}
1
