// ends: thrown QueryError: short
throw new QueryError('short', 'x'.repeat(1 << 22))
