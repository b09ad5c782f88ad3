// ends: thrown Error: taken
// The engine itself puts a program's value there: this program alone comes to its end with it.
Object.prototype.__defineSetter__('value', () => { throw new Error('taken'); });
await 1
