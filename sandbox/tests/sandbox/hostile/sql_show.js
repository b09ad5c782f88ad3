// ends: invalid QueryError: the SQL cannot be planned: SHOW TABLES is not supported
query('SHOW TABLES')
