// ends: limit query: the SQL has more than 200 operators and keywords in a chain
// limits: patient
query('SELECT 1 AS a' + ' UNION ALL SELECT 1'.repeat(5000))
