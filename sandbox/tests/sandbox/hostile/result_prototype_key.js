// ends: rows [{"__proto__":1,"constructor":2}]
({ ["__proto__"]: 1, constructor: 2 })
