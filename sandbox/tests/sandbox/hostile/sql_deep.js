// ends: limit query: the SQL has more than 100 parentheses in each other
// limits: patient
query('SELECT ' + '('.repeat(20000) + '1' + ')'.repeat(20000))
