// ends: ?
query('SELECT name FROM instances WHERE ' + "name = 'x' OR ".repeat(10000) + 'true')
