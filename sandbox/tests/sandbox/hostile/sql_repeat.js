// ends: invalid QueryError: 
query("SELECT repeat('x', 1000000000)")
