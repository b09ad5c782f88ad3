// ends: rows [{"value":4}]
// warns: 4 queries are the most that one run may make
let n = 0;
for (let i = 0; i < 10; i++) {
  try { n += query('SELECT 1 AS one')[0].one } catch {}
}
n
