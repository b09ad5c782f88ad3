// ends: bad_value BadValue: `value[0]` is a promise
[Promise.resolve(1)]
