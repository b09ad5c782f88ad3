// ends: denied QueryError: the table `costs` is not granted; granted: `instances`
// grant: instances
query('SELECT * FROM /* instances */ costs -- instances')
