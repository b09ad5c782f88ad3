// ends: limit own_time
new Proxy({}, {
  ownKeys: () => Array.from({ length: 100000 }, (_, i) => 'k' + i),
  getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
})
