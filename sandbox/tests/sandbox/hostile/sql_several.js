// ends: denied QueryError: one statement at a time
query('SELECT 1; DROP TABLE instances')
