// ends: upstream QueryError: Arrow error: Compute error: Regular expression did not compile: CompiledTooBig
query("SELECT regexp_like(repeat, '(a{1000}){1000}') FROM (SELECT 'a' AS repeat) x")
