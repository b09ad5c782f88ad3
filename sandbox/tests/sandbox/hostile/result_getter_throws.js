// ends: thrown RangeError: not this one
[{ get a() { throw new RangeError('not this one'); } }]
