// ends: thrown ReferenceError: performance is not defined
performance.now()
