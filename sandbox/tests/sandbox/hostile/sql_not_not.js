// ends: limit query: the SQL has more than 200 operators and keywords in a chain
// limits: patient
query('SELECT ' + 'NOT '.repeat(20000) + 'true')
