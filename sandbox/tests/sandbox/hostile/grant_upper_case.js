// ends: denied QueryError: the table `costs` is not granted; granted: `instances`
// grant: instances
query('select * from CoStS')
