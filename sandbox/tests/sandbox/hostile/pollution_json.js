// ends: rows [{"value":"string"}]
// The rows were not read with the program's own `JSON`.
JSON.stringify = () => '[{"a": "taken"}]';
JSON.parse = () => ({ team: 'taken' });
query("SELECT tags FROM instances WHERE tags['team'] IS NOT NULL LIMIT 1").map((r) => (r.tags.team === 'taken' ? 'taken' : typeof r.tags.team))
