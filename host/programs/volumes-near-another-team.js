/* nephoscope
question = "which volumes were created within an hour of another team's instances"
reading = "volumes whose tag {key} is missing or names somebody else than the instances made nearest to them: those made in the same account and region within {hours} hours, none of them the volume's own team's ({key})"
also = [
    "which volumes were created within {hours} hours of another team's instances",
    "which volumes were created within {hours} hours of another team's instances by tag {key}",
    "which volumes were created in the same hour as another team's instances[ and so are probably theirs]",
    "which volumes were created within the same hour as another team's instances[ and so are probably theirs]",
    "which volumes were created at the same time as another team's instances[ and so are probably theirs]",
    "which volumes were created around the same time as another team's instances",
    "volumes made less than {hours} hours from another team's instances",
    "which volumes probably belong to another team",
    "whose are the volumes that were created within {hours} hours of another team's instances",
]
tables = ["instances", "volumes"]

[params.hours]
type = "number"
default = 1
min = 0

[params.key]
type = "text"
default = "team"
*/
const placeOf = (row) => `${row.account_id} ${row.region}`;

// Teams write themselves in large letters and in small ones.
const instances = query(
  `SELECT account_id, region, name, created_at, lower(tags[$key]) AS team
   FROM instances WHERE created_at IS NOT NULL AND tags[$key] IS NOT NULL`,
  { key: params.key },
);
const byPlace = new Map();
for (const instance of instances) {
  instance.at = Date.parse(instance.created_at);
  const place = placeOf(instance);
  if (!byPlace.has(place)) byPlace.set(place, []);
  byPlace.get(place).push(instance);
}

const volumes = query(
  `SELECT name, native_id, provider, account_id, account_name, region, state, size_gib, created_at, cost_30d,
          lower(tags[$key]) AS team
   FROM volumes WHERE created_at IS NOT NULL`,
  { key: params.key },
);

const found = [];
for (const volume of volumes) {
  const at = Date.parse(volume.created_at);
  const near = (byPlace.get(placeOf(volume)) ?? [])
    .map((instance) => ({ ...instance, minutes: Math.abs(instance.at - at) / 60000 }))
    .filter((instance) => instance.minutes <= params.hours * 60)
    .sort((a, b) => a.minutes - b.minutes || (a.team < b.team ? -1 : 1));
  // A volume beside an instance of its own team needs no other explanation.
  if (near.length === 0 || near.some((instance) => instance.team === volume.team)) continue;
  const nearest = near[0];
  found.push({
    volume: volume.name ?? volume.native_id,
    native_id: volume.native_id,
    provider: volume.provider,
    account_name: volume.account_name,
    region: volume.region,
    state: volume.state,
    size_gib: volume.size_gib,
    team: volume.team,
    probable_team: nearest.team,
    nearest_instance: nearest.name,
    minutes_apart: Math.round(nearest.minutes),
    instances_near: near.filter((instance) => instance.team === nearest.team).length,
    cost_30d: volume.cost_30d,
    created_at: volume.created_at,
  });
}
found.sort((a, b) => (b.cost_30d ?? 0) - (a.cost_30d ?? 0) || (a.native_id < b.native_id ? -1 : 1));
