// ends: bad_value BadValue: `value[0].f` is a function
[{ f() {} }]
