// ends: denied QueryError: the table `costs` is not granted
// grant: instances
globalThis.QueryError = class { constructor() { return { code: 'limit' }; } };
query('SELECT * FROM costs')
