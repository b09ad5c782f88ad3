// ends: invalid QueryError: 
query("SELECT * FROM read_csv('/etc/passwd')")
