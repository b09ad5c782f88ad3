// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
new Proxy([], { get: (o, key) => (key === 'length' ? 2 ** 53 - 1 : 1) })
