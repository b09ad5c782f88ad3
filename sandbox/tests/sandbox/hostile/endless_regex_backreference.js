// ends: limit own_time: the program computed for longer than the 1 s that it may
/^(?:(a*)*\1)*$/.test('a'.repeat(60) + 'b')
