// ends: thrown Error: the program threw a value of type object
throw new Proxy({}, { get() { throw 1; } })
