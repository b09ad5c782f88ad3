// ends: rows [{"__proto__":1,"constructor":2,"toString":3,"then":4}]
query('SELECT 1 AS "__proto__", 2 AS "constructor", 3 AS "toString", 4 AS "then"')
