// ends: invalid QueryError: 
// grant: instances
query('SELECT $a AS a', { 'a AS a FROM costs --': 1 })
