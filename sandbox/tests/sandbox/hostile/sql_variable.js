// ends: invalid QueryError: the SQL cannot be planned
query('SELECT @@version, @HOME')
