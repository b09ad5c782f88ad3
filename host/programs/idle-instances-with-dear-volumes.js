/* nephoscope
question = "which idle instances under {percent}% CPU have volumes that cost more than they do"
reading = "running instances whose mean CPU of the last 14 days is below {percent}%, and whose attached volumes together cost more in the last 30 days than the instance itself"
also = [
    "which idle instances have volumes that cost more than they do",
    "idle instances whose volumes cost more than they do",
    "idle instances whose volumes cost more than the instance[ itself]",
    "idle instances with volumes that cost more than the instance[ itself]",
    "idle instances whose volumes are more expensive than the instance[ itself]",
    "instances with less than {percent}% CPU whose volumes cost more than they do",
    "instances with CPU below {percent}% whose volumes cost more than they do",
    "which instances do little and have volumes that cost more than they do",
    "on which idle instances do we pay more for the volumes than for the instance",
]
tables = ["instances", "volumes"]

[params.percent]
type = "number"
default = 5
min = 0
max = 100
*/
const instances = query(
  `SELECT name, native_id, provider, account_id, account_name, region, instance_type, cpu_avg, cost_30d
   FROM instances WHERE state = 'running' AND cpu_avg < $percent AND cost_30d IS NOT NULL`,
  { percent: params.percent },
);
const volumes = query(`
  SELECT account_id, instance_id, count(*) AS volumes, sum(size_gib) AS size_gib, sum(cost_30d) AS cost
  FROM volumes WHERE instance_id IS NOT NULL GROUP BY account_id, instance_id`);
const volumesOf = new Map(volumes.map((row) => [`${row.account_id} ${row.instance_id}`, row]));

const found = [];
for (const instance of instances) {
  const attached = volumesOf.get(`${instance.account_id} ${instance.native_id}`);
  // What the bill does not say of the volumes is unknown, not zero.
  if (!attached || attached.cost === null || attached.cost <= instance.cost_30d) continue;
  const { account_id, cpu_avg, cost_30d, ...shown } = instance;
  found.push({
    ...shown,
    cpu_avg: Number(cpu_avg.toFixed(2)),
    cost_30d,
    volumes: attached.volumes,
    volumes_gib: attached.size_gib,
    volumes_cost_30d: attached.cost,
  });
}
found.sort((a, b) => b.volumes_cost_30d - a.volumes_cost_30d || (a.native_id < b.native_id ? -1 : 1));
