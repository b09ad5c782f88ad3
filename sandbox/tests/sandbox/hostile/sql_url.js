// ends: invalid QueryError: there is no table
query("SELECT * FROM 'http://127.0.0.1/x.parquet'")
