// ends: limit query: the SQL has more than 8 casts and their like in each other
// limits: patient
query('SELECT ' + 'CAST('.repeat(34) + '$x FROM instances', { x: 1 })
