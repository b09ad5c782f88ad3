// ends: limit 
// limits: patient
query('SELECT ' + '$1, '.repeat(60000) + '1', [7])
