// ends: limit stack: 
new RegExp('(?:'.repeat(20000) + ')'.repeat(20000)).test('')
