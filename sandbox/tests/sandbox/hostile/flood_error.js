// ends: thrown Error: xxxx
throw new Error('x'.repeat(1 << 22))
