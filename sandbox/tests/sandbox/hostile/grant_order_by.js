// ends: denied QueryError: the table `costs` is not granted; granted: `instances`
// grant: instances
query('SELECT name FROM instances ORDER BY (SELECT count(*) FROM costs)')
