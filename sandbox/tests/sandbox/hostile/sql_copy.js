// ends: denied QueryError: only queries that read tables run here
query("COPY (SELECT 1) TO '/tmp/out.csv'")
