/* nephoscope
question = "which instances cost more than the median of their type in the same region"
reading = "instances whose cost of the last 30 days is more than {percent}% above the median of all instances of their type in their region, over all accounts of the provider that are billed in the same currency; types with fewer than three priced instances in a region have no median to speak of"
also = [
    "which instances cost more than the median of their type",
    "which instances cost more than {percent}% above the median of their type in the same region",
    "which instances cost more than the median for their type in their region",
    "which instances cost more than the median instance of the same type[ in the same region]",
    "which instances cost {percent}% more than the median of their type[ in the same region]",
    "instances that cost more than {percent}% more than the median of their type[ in the same region]",
    "which instances are more expensive than others of the same type in the same region",
    "instances dearer than the median of their type and region",
]
tables = ["costs", "instances"]

[params.percent]
type = "number"
default = 0
min = 0
*/
const instances = query(`
  SELECT name, native_id, provider, account_id, account_name, region, instance_type, lifecycle, state, cost_30d
  FROM instances WHERE cost_30d IS NOT NULL AND instance_type IS NOT NULL`);
const since = new Date(Date.parse(`${today()}T00:00:00Z`) - 30 * 86400000).toISOString();
const bills = query(
  `SELECT provider, SubAccountId, min(BillingCurrency) AS money, max(BillingCurrency) AS other
   FROM costs WHERE ChargePeriodStart >= $since GROUP BY 1, 2`,
  { since },
);
// A bill may write an Azure subscription as `/subscriptions/<id>`.
const accountOf = (provider, id) => `${provider} ${(id ?? "").toLowerCase().replace("/subscriptions/", "")}`;
const moneyOf = new Map();
for (const { provider, SubAccountId, money, other } of bills) {
  const account = accountOf(provider, SubAccountId);
  // Several currencies of one account: its instances are compared among themselves, and with no other's.
  moneyOf.set(account, money === other ? money : account);
}

const groups = new Map();
for (const instance of instances) {
  const money = moneyOf.get(accountOf(instance.provider, instance.account_id));
  const key = `${instance.provider} ${instance.region} ${instance.instance_type} ${money}`;
  if (!groups.has(key)) groups.set(key, []);
  groups.get(key).push(instance);
}

const medianOf = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const found = [];
for (const group of groups.values()) {
  // Of two, the dearer one is always above the median: that says nothing.
  if (group.length < 3) continue;
  const median = medianOf(group.map((instance) => instance.cost_30d));
  if (median <= 0) continue;
  for (const { account_id, ...instance } of group) {
    const above = (instance.cost_30d / median - 1) * 100;
    if (above <= params.percent) continue;
    found.push({
      ...instance,
      median_cost_30d: Number(median.toFixed(6)),
      percent_above: Number(above.toFixed(1)),
      of_this_type: group.length,
    });
  }
}
found.sort((a, b) => b.percent_above - a.percent_above || (a.native_id < b.native_id ? -1 : 1));
