// ends: invalid QueryError: 
query("SELECT * FROM read_parquet('/etc/passwd')")
