// ends: rows [{"a":1},{"value":[1,2]},{"value":"2026-01-02T00:00:00.000Z"},{"value":5}]
const rows = [new Map([['a', 1]]), new Set([1, 2]), new Date(Date.UTC(2026, 0, 2)), new Number(5)];
Map.prototype.forEach = Set.prototype.forEach = () => { throw new Error('taken'); };
Date.prototype.toISOString = Date.prototype.getTime = Date.prototype.toJSON = () => 'taken';
Number.prototype.valueOf = () => 666;
Reflect.apply = Function.prototype.call = Function.prototype.apply = () => { throw new Error('taken'); };
globalThis.isNaN = () => { throw new Error('taken'); };
Array.prototype.push = () => { throw new Error('taken'); };
Array.prototype[Symbol.iterator] = () => { throw new Error('taken'); };
rows
