// ends: thrown xxxx
const error = new Error('short');
error.name = 'x'.repeat(1 << 22);
throw error
