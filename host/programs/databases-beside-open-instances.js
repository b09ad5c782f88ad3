/* nephoscope
question = "which databases share a network with instances that are open to the world"
reading = "databases in whose network a running instance with a public address has a security group that lets every address in on a port other than 80 and 443, and those instances and ports"
also = [
    "databases in the same network as instances that are open to the world",
    "databases in the same network as instances open to the internet",
    "which databases are in a network with instances open to the world",
    "which databases are in a network with instances open to the internet",
    "which databases share a network with instances open to the internet",
    "which databases can be reached from instances that are open to the world",
    "which databases can be reached from instances that are open to the internet",
    "databases beside instances that are open to the world",
    "databases next to exposed instances",
]
tables = ["databases", "instances", "security_groups"]
*/
// Web ports are open on purpose.
const MEANT = new Set(["80", "443"]);

const groups = query(`
  SELECT account_id, native_id, name, open_ports FROM security_groups
  WHERE open_to_world AND open_ports IS NOT NULL`);
const portsOf = new Map(
  groups.map((group) => [`${group.account_id} ${group.native_id}`, group.open_ports.filter((port) => !MEANT.has(port))]),
);
const instances = query(`
  SELECT account_id, native_id, name, public_ip, network_id, security_group_ids FROM instances
  WHERE state = 'running' AND public_ip IS NOT NULL AND network_id IS NOT NULL AND security_group_ids IS NOT NULL
  ORDER BY native_id`);

const openIn = new Map();
for (const instance of instances) {
  const ports = instance.security_group_ids.flatMap((id) => portsOf.get(`${instance.account_id} ${id}`) ?? []);
  if (ports.length === 0) continue;
  const network = `${instance.account_id} ${instance.network_id}`;
  if (!openIn.has(network)) openIn.set(network, []);
  openIn.get(network).push({ name: instance.name ?? instance.native_id, ports: [...new Set(ports)].sort() });
}

const databases = query(`
  SELECT name, native_id, provider, account_id, account_name, region, engine, encrypted, publicly_accessible, network_id
  FROM databases WHERE network_id IS NOT NULL ORDER BY native_id`);
const found = [];
for (const { account_id, ...database } of databases) {
  const open = openIn.get(`${account_id} ${database.network_id}`);
  if (!open) continue;
  found.push({
    ...database,
    open_instances: open.length,
    instances: open.map((instance) => `${instance.name} (${instance.ports.join(", ")})`).join("; "),
  });
}
// Bare data in a network with many doors first.
found.sort((a, b) => b.open_instances - a.open_instances || Number(a.encrypted) - Number(b.encrypted) || (a.native_id < b.native_id ? -1 : 1));
