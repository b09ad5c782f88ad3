// ends: thrown RangeError
new ArrayBuffer(2 ** 31)
