// ends: rows [{"value":"InternalError"}]
let name = '';
try { 'x'.repeat(2 ** 28) } catch (error) { name = error.name }
name
