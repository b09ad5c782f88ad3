// ends: limit query: the SQL reads more than 256 tables, counted as often as `WITH` repeats them
// limits: patient
const parts = ['t0 AS (SELECT 1 AS a UNION ALL SELECT 1)'];
for (let i = 1; i < 40; i++) parts.push(`t${i} AS (SELECT x.a FROM t${i - 1} x, t${i - 1} y)`);
query('WITH ' + parts.join(', ') + ' SELECT count(*) AS n FROM t39')
