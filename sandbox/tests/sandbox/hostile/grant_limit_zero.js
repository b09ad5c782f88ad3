// ends: denied QueryError: the table `costs` is not granted; granted: `instances`
// grant: instances
query('SELECT 1 FROM costs LIMIT 0')
