// ends: denied QueryError: only queries that read tables run here
query("DROP TABLE instances")
