// ends: thrown Error: x (line 999, column 1)
// A program may lie about its own lines.
const error = new Error('x');
error.stack = '    at f (program:999:1)';
throw error
