// ends: invalid QueryError: 
query("SELECT version()")
