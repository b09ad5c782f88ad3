/* nephoscope
question = "what do stopped instances still cost in volumes and public addresses"
reading = "stopped instances, and what their attached volumes and reserved public addresses cost in the last 30 days; the instance's own cost of that time, from when it still ran, is beside it"
also = [
    "what do stopped instances still cost in volumes and public IPs",
    "what do stopped instances still cost us",
    "what do our stopped instances still cost",
    "how much do stopped instances still cost[ us]",
    "which stopped instances still cost us money",
    "which stopped instances still cost money",
    "stopped instances that still cost money",
    "stopped instances and what their volumes and public addresses cost",
    "stopped instances and what their volumes and public IPs cost",
    "cost of volumes and public IPs of stopped instances",
    "what do we pay for stopped instances",
]
tables = ["instances", "public_ips", "volumes"]
*/
const instances = query(`
  SELECT name, native_id, provider, account_id, account_name, region, instance_type, launched_at, cost_30d
  FROM instances WHERE state = 'stopped'`);
// Both kinds of rest in one list, so that SQL adds them up.
const rest = query(`
  SELECT account_id, instance_id, sum(volumes) AS volumes, sum(addresses) AS addresses, sum(cost) AS cost
  FROM (
    SELECT account_id, instance_id, 1 AS volumes, 0 AS addresses, cost_30d AS cost
    FROM volumes WHERE instance_id IS NOT NULL
    UNION ALL
    SELECT account_id, instance_id, 0 AS volumes, 1 AS addresses, cost_30d AS cost
    FROM public_ips WHERE instance_id IS NOT NULL
  ) GROUP BY account_id, instance_id`);
const restOf = new Map(rest.map((row) => [`${row.account_id} ${row.instance_id}`, row]));

const found = [];
for (const instance of instances) {
  const left = restOf.get(`${instance.account_id} ${instance.native_id}`);
  if (!left || !(left.cost > 0)) continue;
  const { account_id, cost_30d, ...shown } = instance;
  found.push({
    ...shown,
    volumes: left.volumes,
    public_ips: left.addresses,
    still_costs_30d: left.cost,
    instance_cost_30d: cost_30d,
  });
}
found.sort((a, b) => b.still_costs_30d - a.still_costs_30d || (a.native_id < b.native_id ? -1 : 1));
