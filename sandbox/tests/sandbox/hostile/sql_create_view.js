// ends: denied QueryError: only queries that read tables run here
query("CREATE VIEW v AS SELECT * FROM instances")
