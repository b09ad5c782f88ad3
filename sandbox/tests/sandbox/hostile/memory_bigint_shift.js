// ends: thrown RangeError
1n << (1n << 40n)
