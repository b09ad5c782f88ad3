// ends: invalid QueryError: there is no table `tables`
query('SELECT * FROM information_schema.tables')
