// ends: rows [{"value":"left"}]
globalThis.leaked = 'left';
var leaked_too = 1;
Symbol.for('leaked');
Array.prototype.map = () => 'leaked';
Object.prototype.leaked = 'left';
globalThis.query = () => 'leaked';
Math.random = () => 4;
leaked
