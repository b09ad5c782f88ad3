// ends: rows [{"a":1,"b":"x","c":null}]
for (const key of ['a', 'b', 'c', 'rows', 'name', 'type', 'length', 'done', 'get', 'set', 'writable', 'enumerable']) {
  Object.prototype.__defineGetter__(key, () => 'taken');
  Object.prototype.__defineSetter__(key, () => { throw new Error('taken'); });
}
query("SELECT 1 AS a, 'x' AS b, NULL AS c")
