// ends: invalid QueryError: 
query("SELECT * FROM parquet_metadata('/etc/passwd')")
