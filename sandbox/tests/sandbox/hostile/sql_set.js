// ends: denied QueryError: only queries that read tables run here
query("SET datafusion.catalog.information_schema = true")
