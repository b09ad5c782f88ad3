// ends: rows [{"value":"nothing"}]
// warns: 2000 rows are the most
let found = 'nothing';
try { found = query('SELECT a.name FROM instances a CROSS JOIN instances b LIMIT 2001').length } catch {}
found
