// ends: rows [{"a":1,"b":"x","c":null}]
for (const key of ['a', 'b', 'c', 'value', 'rows', 'name', 'type', 'length', 'done', 'get', 'set', 'writable', 'enumerable']) {
  Object.defineProperty(Object.prototype, key, { get() { return 'taken'; }, set() { throw new Error('taken'); }, configurable: true });
}
query("SELECT 1 AS a, 'x' AS b, NULL AS c")
