// ends: denied QueryError: only queries that read tables run here
query("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'")
