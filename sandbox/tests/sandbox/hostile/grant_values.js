// ends: denied QueryError: the table `costs` is not granted; granted: `instances`
// grant: instances
query('VALUES ((SELECT count(*) FROM costs))')
