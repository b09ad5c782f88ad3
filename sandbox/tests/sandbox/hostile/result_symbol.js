// ends: bad_value BadValue: `value` is a symbol
Symbol('s')
