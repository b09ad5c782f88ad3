// ends: thrown TypeError
query({ from: 'x'.repeat(1 << 20) })
