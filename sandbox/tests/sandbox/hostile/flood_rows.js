// ends: limit rows_in: 2000 rows are the most that the queries of one run may hand over
query('SELECT a.name FROM instances a CROSS JOIN instances b LIMIT 2001')
