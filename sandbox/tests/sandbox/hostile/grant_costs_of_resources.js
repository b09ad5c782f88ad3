// ends: rows [{"value":true}]
// grant: instances
// What an instance costs is a column of instances.
query('SELECT cost_30d FROM instances LIMIT 1').length === 1
