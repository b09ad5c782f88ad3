// ends: limit own_time
new Array(2 ** 24).join('abcdefgh').length
