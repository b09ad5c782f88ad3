// ends: denied QueryError: only queries that read tables run here
query("PREPARE p AS SELECT 1")
