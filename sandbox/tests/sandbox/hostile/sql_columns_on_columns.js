// ends: limit query: the SQL builds columns on columns that are more than 50000 parts when written out
// limits: patient
const parts = ['t0 AS (SELECT 1 AS a FROM accounts)'];
for (let i = 1; i < 40; i++) parts.push(`t${i} AS (SELECT a + a AS a FROM t${i - 1})`);
query('WITH ' + parts.join(', ') + ' SELECT a FROM t39 WHERE a > 5').length
