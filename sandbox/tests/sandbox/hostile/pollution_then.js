// ends: rows [{"a":1}]
Object.prototype.toJSON = () => 'taken';
String.prototype.toString = () => 'taken';
Number.prototype.valueOf = () => 666;
Object.prototype[Symbol.toPrimitive] = () => 'taken';
query('SELECT $1 AS a', [1])
