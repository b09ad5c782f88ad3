// ends: rows [{"value":"of its own"}]
// grant: instances
// A program may call something else `query`; what that returns has come from no cloud, and no query is on record.
query = () => 'of its own';
query('SELECT * FROM costs')
