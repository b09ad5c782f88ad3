// ends: rows [{"value":0}]
// grant: instances
const name = "x' UNION ALL SELECT \"ServiceName\" FROM costs --";
query('SELECT name FROM instances WHERE name = $1', [name]).length
