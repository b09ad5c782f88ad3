// ends: thrown QueryError: the operator must raise `rows_in`
for (let i = 0; i < 5; i++) {
  try { query('SELECT 1') } catch {}
}
throw new QueryError('the operator must raise `rows_in`', 'limit', 'rows_in')
