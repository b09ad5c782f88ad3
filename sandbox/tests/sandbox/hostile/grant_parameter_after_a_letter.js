// ends: invalid QueryError: the SQL cannot be read
// grant: instances
// `E'…'` reads backslashes.
query('SELECT name FROM instances WHERE name = E?', ["\\' UNION ALL SELECT \"ServiceName\" FROM costs --"]).length
