// ends: thrown Trap: the sandbox was left
const error = new Error('the sandbox was left');
error.name = 'Trap';
throw error
