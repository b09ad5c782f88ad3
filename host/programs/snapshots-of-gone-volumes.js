/* nephoscope
question = "which are the oldest chains of snapshots whose volume is gone"
reading = "snapshots whose volume is not there any more and of which no image is made, as one chain for each volume, oldest first; where volumes or images could not be read (see coverage) a chain may be wrongly here"
also = [
    "oldest snapshots whose volume is gone",
    "oldest snapshot chains whose volume is gone",
    "oldest snapshot chains with no volume left",
    "oldest chains of snapshots with no volume left",
    "which snapshots have no volume left",
    "snapshots whose volume is gone",
    "snapshots whose volume does not exist any more",
    "snapshots whose volume no longer exists",
    "snapshots of volumes that are gone",
    "snapshots of deleted volumes",
    "orphaned snapshots",
    "orphaned snapshot chains",
]
tables = ["images", "snapshots", "volumes"]
*/
const chains = query(`
  SELECT s.volume_id, s.provider, s.account_id, s.account_name, s.region,
         count(*) AS snapshots, min(s.created_at) AS oldest, max(s.created_at) AS newest,
         sum(s.cost_30d) AS cost_30d, max(s.size_gib) AS volume_gib, array_agg(s.native_id) AS snapshot_ids
  FROM snapshots s
  LEFT JOIN volumes v ON v.account_id = s.account_id AND v.native_id = s.volume_id
  WHERE s.volume_id IS NOT NULL AND v.native_id IS NULL
  GROUP BY 1, 2, 3, 4, 5`);
// What an image is made of is in use, whatever became of its volume.
const images = query("SELECT snapshot_ids FROM images WHERE snapshot_ids IS NOT NULL");
const used = new Set(images.flatMap((image) => image.snapshot_ids));

const found = [];
for (const { snapshot_ids, ...chain } of chains) {
  if (snapshot_ids.some((id) => used.has(id))) continue;
  const age_days = chain.oldest && Math.floor((Date.parse(`${today()}T00:00:00Z`) - Date.parse(chain.oldest)) / 86400000);
  found.push({ ...chain, age_days, snapshot_ids: snapshot_ids.sort().join(", ") });
}
found.sort((a, b) => (a.oldest ?? "") < (b.oldest ?? "") ? -1 : (a.oldest ?? "") > (b.oldest ?? "") ? 1 : a.volume_id < b.volume_id ? -1 : 1);
