// ends: rows [{"a":1,"b":"x"}]
for (const key of Object.getOwnPropertyNames(Array.prototype)) {
  if (key !== 'length' && key !== 'constructor') Array.prototype[key] = () => { throw new Error('taken'); };
}
Array.prototype[Symbol.iterator] = () => { throw new Error('taken'); };
query("SELECT $1 AS a, $2 AS b", [1, 'x'])
