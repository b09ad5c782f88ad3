const byTeam = new Map();
for (const { tags } of query('SELECT tags FROM instances')) {
  const team = tags?.team ?? 'none';
  byTeam.set(team, (byTeam.get(team) ?? 0) + 1);
}
[...byTeam].map(([team, count]) => ({ team, count })).sort((a, b) => b.count - a.count)
