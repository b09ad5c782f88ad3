// ends: limit rows_out: the result has more than the 100 rows that it may have
Array.from({ length: 101 }, (_, n) => ({ n }))
