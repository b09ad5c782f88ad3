// ends: denied QueryError: only queries that read tables run here
query("EXPLAIN SELECT * FROM instances")
