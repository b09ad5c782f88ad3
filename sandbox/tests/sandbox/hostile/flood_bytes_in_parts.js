// ends: rows [{"value":1800}]
const long = 'x'.repeat(3000);
const most = `SELECT a.name || '${long}' AS t FROM instances a CROSS JOIN instances b LIMIT 900`;
query(most).length + query(most).length
