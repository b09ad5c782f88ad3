// ends: invalid QueryError: the parameter `$1` is a text with a NUL character in it
query('SELECT $1 AS a', ['a\0b'])
