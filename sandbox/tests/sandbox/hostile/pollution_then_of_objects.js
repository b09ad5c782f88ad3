// ends: no_value NoValue: the program waits for a promise that is never kept
// It keeps its own program from ending, and no other.
Object.prototype.then = () => {};
await 1
