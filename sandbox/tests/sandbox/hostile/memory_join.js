// ends: limit
new Array(2 ** 24).join('abcdefgh').length
