// ends: denied QueryError: the SQL asks for something that is not offered here
query('BEGIN')
