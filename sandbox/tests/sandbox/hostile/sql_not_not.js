// ends: ?
query('SELECT ' + 'NOT '.repeat(20000) + 'true')
