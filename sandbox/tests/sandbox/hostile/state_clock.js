// ends: rows [{"value":"0 2026-11-21T09:30:00.000Z"}]
const before = Date.now();
for (let i = 0; i < 100000; i++);
query('SELECT 1');
Date.now() - before + ' ' + new Date().toISOString()
