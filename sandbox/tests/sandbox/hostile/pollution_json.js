// ends: rows [{"a":{"team":"storage"}}]
JSON.stringify = () => '[{"a": "taken"}]';
JSON.parse = () => ({ taken: true });
query("SELECT tags AS a FROM instances WHERE tags['team'] = 'storage' LIMIT 1").map((r) => ({ a: { team: r.a.team } }))
