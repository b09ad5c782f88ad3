// ends: thrown RangeError
2n ** (10n ** 9n)
