// ends: limit query: the SQL has more than 100 names that `WITH` gives
// limits: patient
const parts = ['t0 AS (SELECT 1 AS a FROM accounts)'];
for (let i = 1; i < 5000; i++) parts.push(`t${i} AS (SELECT a FROM t${i - 1})`);
query('WITH ' + parts.join(', ') + ' SELECT a FROM t4999').length
