// ends: limit own_time: the program computed for longer than the 1 s that it may
const error = new Error('x');
Object.defineProperty(error, 'name', { get() { for (;;); } });
throw error
