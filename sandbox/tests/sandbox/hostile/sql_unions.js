// ends: ?
query('SELECT 1 AS a' + ' UNION ALL SELECT 1'.repeat(5000))
