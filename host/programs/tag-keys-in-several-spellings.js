/* nephoscope
question = "which tag keys are written in more than one way"
reading = "tag keys that are the same but for large and small letters, `-`, `_`, `.`, `:`, `/` and spaces, with how many resources have each spelling and in which accounts"
also = [
    "tag keys that are written in more than one way",
    "tag keys that are spelled in more than one way",
    "tag keys spelled in more than one way",
    "tag keys written differently",
    "tag keys with several spellings",
    "tag keys with different spellings",
    "tag keys with more than one spelling",
    "which tag keys have several spellings",
    "inconsistent tag keys",
    "inconsistently spelled tag keys",
    "misspelled tag keys",
]
tables = ["resources"]
*/
const keys = query(`
  SELECT key, account_name, count(*) AS resources
  FROM (SELECT unnest(map_keys(tags)) AS key, account_name FROM resources)
  WHERE key IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`);

const spellings = new Map();
for (const { key, account_name, resources } of keys) {
  const plain = key.toLowerCase().replace(/[-_.:/\s]/g, "");
  if (!spellings.has(plain)) spellings.set(plain, new Map());
  const all = spellings.get(plain);
  if (!all.has(key)) all.set(key, { key, resources: 0, accounts: [] });
  all.get(key).resources += resources;
  all.get(key).accounts.push(account_name);
}

const found = [];
for (const all of spellings.values()) {
  if (all.size < 2) continue;
  const ranked = [...all.values()].sort((a, b) => b.resources - a.resources || (a.key < b.key ? -1 : 1));
  for (const { key, resources, accounts } of ranked) {
    found.push({ most_used: ranked[0].key, key, resources, accounts: [...new Set(accounts)].join(", ") });
  }
}
found.sort((a, b) => (a.most_used < b.most_used ? -1 : a.most_used > b.most_used ? 1 : b.resources - a.resources));
