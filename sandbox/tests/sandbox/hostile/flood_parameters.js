// ends: thrown RangeError: a query takes at most 1000 parameters
query('SELECT 1', new Array(1001).fill(1))
