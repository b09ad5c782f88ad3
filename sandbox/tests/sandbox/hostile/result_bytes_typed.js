// ends: rows [{"value":1},{"value":2}]
new Uint8Array([1, 2])
