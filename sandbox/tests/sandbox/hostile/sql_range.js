// ends: invalid QueryError: 
query("SELECT unnest(range(1, 1000000000000))")
