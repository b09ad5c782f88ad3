// ends: rows [{"a":1},{"a":2}]
for (const place of ['0', '1', '2']) {
  Object.defineProperty(Array.prototype, place, { get() { return 'taken'; }, set() { throw new Error('taken'); }, configurable: true });
}
query('SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a')
