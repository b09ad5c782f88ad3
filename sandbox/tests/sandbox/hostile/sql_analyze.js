// ends: denied QueryError: only queries that read tables run here
query("EXPLAIN ANALYZE SELECT * FROM instances")
