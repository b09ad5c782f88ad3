// ends: denied QueryError: only queries that read tables run here
query("UPDATE instances SET name = 'x'")
