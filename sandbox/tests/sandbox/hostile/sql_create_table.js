// ends: denied QueryError: only queries that read tables run here
query("CREATE TABLE t AS SELECT 1 AS a")
