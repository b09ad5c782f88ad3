// ends: bad_value BadValue: `value[0]` is neither a plain object nor an array
[/x/g]
