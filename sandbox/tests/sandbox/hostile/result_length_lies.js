// ends: rows [{}]
// A proxy of an array is no array to the writer: its keys count, and it has none.
new Proxy([], { get: (o, key) => (key === 'length' ? 2 ** 53 - 1 : 1) })
