// ends: bad_value BadValue: `value` is neither a plain object nor an array
[1, 2].values()
