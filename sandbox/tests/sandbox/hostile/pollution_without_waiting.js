// ends: rows [{"value":1}]
// A program that waits for nothing is evaluated without a promise, and nobody asks what it left behind for one.
Object.prototype.then = () => {};
Object.prototype.__defineSetter__('value', () => { throw new Error('taken'); });
1
