let message = '';
try { query('SELECT nme FROM instances') } catch (error) { message = `${error.name}: ${error.code}` }
console.log('tried', { message });
message
