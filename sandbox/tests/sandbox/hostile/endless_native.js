// ends: limit own_time: the program computed for longer than the 1 s that it may
// A loop inside the engine, in which no line of the program runs.
Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)
