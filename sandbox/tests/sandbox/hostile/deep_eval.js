// ends: limit stack: 
eval('('.repeat(30000) + 1 + ')'.repeat(30000))
