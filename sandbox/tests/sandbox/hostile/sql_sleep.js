// ends: invalid QueryError: 
query("SELECT pg_sleep(100)")
