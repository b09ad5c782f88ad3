// ends: rows [{"a":"seen a"}]
new Proxy({ a: 1 }, { get: (_, key) => 'seen ' + String(key) })
