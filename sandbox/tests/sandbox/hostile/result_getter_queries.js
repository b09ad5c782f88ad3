// ends: limit queries: 
Array.from({ length: 9 }, () => ({ get n() { return query('SELECT 1 AS n')[0].n; } }))
