// ends: denied QueryError: only queries that read tables run here
query("WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT n FROM t")
