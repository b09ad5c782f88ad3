// ends: invalid QueryError: 
query("SELECT getenv('HOME')")
