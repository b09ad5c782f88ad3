// ends: denied QueryError: only queries that read tables run here
query("INSERT INTO instances SELECT * FROM instances")
