// ends: rows [{"a":1},{"a":2}]
// It grows while it is written.
const rows = [{ get a() { rows.push({ a: 3 }); return 1; } }, { a: 2 }];
rows
