// ends: 
query('SHOW TABLES')
