// ends: thrown TypeError
new Proxy({}, { ownKeys: () => new Array(100000).fill('a') })
