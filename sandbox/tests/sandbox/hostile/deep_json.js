// ends: limit stack: 
JSON.parse('['.repeat(100000) + ']'.repeat(100000))
