// ends: syntax SyntaxError: too many captures
new RegExp('('.repeat(100000) + ')'.repeat(100000)).test('')
