const rows = query("SELECT name, region FROM instances WHERE name <> $1", ['x']);
rows.filter((r) => r.region === 'eu-west-1').map((r) => ({ name: r.name, n: rows.length })).slice(0, 5)
