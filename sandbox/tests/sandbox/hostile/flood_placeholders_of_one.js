// ends: invalid QueryError: the SQL cannot be planned: Projections require unique expression names
// limits: patient
query('SELECT ' + '$1, '.repeat(60000) + '1', [7])
