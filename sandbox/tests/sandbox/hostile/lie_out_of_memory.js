// ends: thrown InternalError: the program needs more memory than it has
// It had enough, so no bound is named.
const error = new Error('out of memory');
error.name = 'InternalError';
throw error
