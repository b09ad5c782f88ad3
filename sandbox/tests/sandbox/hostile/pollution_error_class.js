// ends: thrown Error: the program threw a value of type proxy
throw new Proxy({}, { get() { throw 1; } })
