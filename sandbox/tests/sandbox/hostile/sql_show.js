// ends: ?
query('SHOW TABLES')
