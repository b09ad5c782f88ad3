// ends: rows [{"value":"ours"},{"value":null}]
const [row] = query('SELECT 1 AS a');
Object.getPrototypeOf(row).left = 'ours';
[({}).left, Object.keys(row).includes('left') ? 'own' : null]
