// ends: rows [{"a":1},{"value":null}]
const rows = [{ get a() { rows.length = 1; return 1; } }, { a: 2 }];
rows
