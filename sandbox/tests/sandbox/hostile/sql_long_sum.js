// ends: ?
query('SELECT ' + '1 + '.repeat(20000) + '1')
