/* nephoscope
question = "to whom do resources without a {key} tag probably belong"
reading = "instances, volumes and snapshots without a tag {key}, and whose they probably are: a volume its instance's, a snapshot its volume's, an instance that of the instances made within an hour of it in the same network"
also = [
    "to whom do untagged resources probably belong",
    "whose are the untagged resources[ probably]",
    "whose are resources without a {key} tag[ probably]",
    "who probably owns untagged resources",
    "who probably owns the resources without a {key} tag",
    "who owns resources without a {key} tag",
    "untagged resources and their probable owner",
    "untagged resources with a probable owner",
    "untagged resources with a probable owner by network neighbours",
    "resources without a {key} tag and their probable owner",
    "resources without a {key} tag with a probable owner",
    "who do untagged resources[ probably] belong to",
    "who do resources without a {key} tag[ probably] belong to",
    "which team do the resources without a {key} tag probably belong to",
    "which team do untagged resources probably belong to",
    "likely owners of untagged resources",
    "likely owners of resources without a {key} tag",
]
tables = ["instances", "snapshots", "volumes"]

[params.key]
type = "text"
default = "team"
*/
const HOUR = 60 * 60 * 1000;
const key = { key: params.key };

const instances = query(
  `SELECT native_id, name, provider, account_id, account_name, region, kind, network_id, created_at, cost_30d,
          lower(tags[$key]) AS owner
   FROM instances`, key);
const volumes = query(
  `SELECT native_id, name, provider, account_id, account_name, region, kind, instance_id, cost_30d,
          lower(tags[$key]) AS owner
   FROM volumes`, key);
const snapshots = query(
  `SELECT native_id, name, provider, account_id, account_name, region, kind, volume_id, cost_30d,
          lower(tags[$key]) AS owner
   FROM snapshots`, key);

const neighbours = new Map();
for (const instance of instances) {
  if (!instance.network_id || !instance.created_at) continue;
  instance.at = Date.parse(instance.created_at);
  if (!neighbours.has(instance.network_id)) neighbours.set(instance.network_id, []);
  neighbours.get(instance.network_id).push(instance);
}

// The owner that most of the tagged neighbours have; none where two owners have equally many.
const ownerOfNeighbours = (instance) => {
  const votes = new Map();
  for (const other of neighbours.get(instance.network_id) ?? []) {
    if (other.owner && Math.abs(other.at - instance.at) <= HOUR) {
      votes.set(other.owner, (votes.get(other.owner) ?? 0) + 1);
    }
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  if (ranked.length === 0 || (ranked.length > 1 && ranked[0][1] === ranked[1][1])) return null;
  const all = ranked.reduce((sum, [, count]) => sum + count, 0);
  return { owner: ranked[0][0], because: `${ranked[0][1]} of ${all} instances made beside it in its network` };
};

const known = new Map();
const found = [];
const settle = (resource, guess) => {
  const { owner, native_id, name, provider, account_name, region, kind, cost_30d } = resource;
  if (owner) {
    known.set(native_id, { owner, because: "its tag" });
  } else if (guess) {
    known.set(native_id, guess);
    found.push({ name, native_id, provider, account_name, region, kind, probable_owner: guess.owner, because: guess.because, cost_30d });
  }
};
// In this order, so that a guess at an instance carries on to its volumes and to their snapshots.
for (const instance of instances) settle(instance, ownerOfNeighbours(instance));
const through = (id, what) => {
  const from = id && known.get(id);
  return from ? { owner: from.owner, because: `${what} ${id.split("/").pop()}: ${from.because}` } : null;
};
for (const volume of volumes) settle(volume, through(volume.instance_id, "attached to"));
for (const snapshot of snapshots) settle(snapshot, through(snapshot.volume_id, "taken of"));
found.sort((a, b) => (b.cost_30d ?? 0) - (a.cost_30d ?? 0) || (a.native_id < b.native_id ? -1 : 1));
