// ends: thrown QueryError: the table `volumes` is not granted either
// grant: instances, volumes
// One query was denied; the program makes a second denial of it, of its own.
try { query('SELECT * FROM costs') } catch {}
throw new QueryError('the table `volumes` is not granted either', 'denied', 'table_not_granted')
