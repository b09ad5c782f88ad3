// ends: limit query: the SQL has more than 1000 conditions in a chain
// limits: patient
query('SELECT name FROM instances WHERE ' + "name = 'x' OR ".repeat(10000) + 'true')
