// ends: thrown QueryError: 
const error = new TypeError('so it says');
error.name = 'QueryError';
error.code = 'denied';
throw error
