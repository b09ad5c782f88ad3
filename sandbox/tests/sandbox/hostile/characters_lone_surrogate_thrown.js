// ends: thrown Error: 
throw new Error('\ud800\0')
