/* nephoscope
question = "which regions have resources but cost less than ${amount} a month"
reading = "regions of accounts in which there are resources, and in which the last 30 days cost less than ${amount} (EffectiveCost); a region that the bill of its account does not name cost nothing, and what is billed in anything but US dollars, or of an account that the bill does not name, is left out"
also = [
    "which regions have resources but hardly any spend",
    "regions with resources but hardly any spend",
    "regions with resources but hardly any spend, less than ${amount}",
    "regions with resources but less than ${amount} of spend",
    "regions with resources but less than ${amount} of spend a month",
    "regions with resources that cost less than ${amount} a month",
    "regions with resources but almost no spend",
    "in which regions do we have resources but hardly any cost",
    "hardly used regions",
    "which regions do we hardly use",
]
tables = ["costs", "resources"]

[params.amount]
type = "number"
default = 1000
min = 0
*/
const since = new Date(Date.parse(`${today()}T00:00:00Z`) - 30 * 86400000).toISOString();

const resources = query(`
  SELECT provider, account_id, account_name, region, kind, count(*) AS count
  FROM resources WHERE region <> 'global' GROUP BY 1, 2, 3, 4, 5 ORDER BY count DESC, kind`);
const sums = query(
  `SELECT provider, SubAccountId, RegionId, BillingCurrency, sum(EffectiveCost) AS cost
   FROM costs WHERE ChargePeriodStart >= $since GROUP BY 1, 2, 3, 4`,
  { since },
);
// A bill may write an Azure subscription as `/subscriptions/<id>`.
const accountOf = (row) => `${row.provider} ${(row.SubAccountId ?? "").toLowerCase().replace("/subscriptions/", "")}`;
const billed = new Set();
const costsOf = new Map();
for (const row of sums) {
  billed.add(accountOf(row));
  if (row.RegionId === null) continue;
  const key = `${accountOf(row)} ${row.RegionId}`;
  if (!costsOf.has(key)) costsOf.set(key, []);
  costsOf.get(key).push(row);
}

const places = new Map();
for (const row of resources) {
  const account = `${row.provider} ${row.account_id.toLowerCase()}`;
  // What an account costs that the bill does not name is not known.
  if (!billed.has(account)) continue;
  const key = `${account} ${row.region}`;
  if (!places.has(key)) places.set(key, { ...row, resources: 0, kinds: [] });
  const place = places.get(key);
  place.resources += row.count;
  place.kinds.push(`${row.count} ${row.kind}`);
}

const found = [];
for (const [key, place] of places) {
  const costs = costsOf.get(key) ?? [{ cost: 0, BillingCurrency: null }];
  // Other money is not to be compared with dollars.
  if (!costs.every((row) => (row.BillingCurrency ?? "USD") === "USD" && row.cost < params.amount)) continue;
  for (const { cost, BillingCurrency } of costs) {
    const { provider, account_name, region, resources, kinds } = place;
    found.push({ provider, account_name, region, resources, kinds: kinds.join(", "), cost_30d: cost, BillingCurrency });
  }
}
found.sort((a, b) => a.cost_30d - b.cost_30d || (a.account_name + a.region < b.account_name + b.region ? -1 : 1));

resources.length > 0 && places.size === 0
  ? { note: "there is no bill of the last 30 days to compare the resources with" }
  : found;
