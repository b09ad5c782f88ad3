// ends: denied 
// grant: instances
QueryError.prototype.constructor = null;
Object.setPrototypeOf(QueryError.prototype, null);
query('SELECT * FROM costs')
