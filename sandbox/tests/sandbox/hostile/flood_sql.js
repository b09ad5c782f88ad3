// ends: limit 
query('SELECT ' + '1 + '.repeat(1 << 20) + '1')
