// ends: invalid QueryError: there is no table
query("SELECT * FROM '/etc/passwd'")
