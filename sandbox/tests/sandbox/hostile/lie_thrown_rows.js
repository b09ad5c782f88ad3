// ends: thrown Error: the program threw a value of type
throw [{ a: 1 }]
