// ends: limit bytes_out: the result is larger than the 64 KiB that it may be
new Proxy({}, {
  ownKeys: () => Array.from({ length: 300 }, (_, i) => 'k' + i),
  getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
  get: () => 'x'.repeat(1000),
})
