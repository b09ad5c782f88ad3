// ends: invalid QueryError
query('SELECT ' + Array.from({ length: 3000 }, (_, i) => i + ' AS c' + (i % 2999)).join())
