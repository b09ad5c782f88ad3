/* nephoscope
question = "which instances under {percent}% CPU have a next size down in their region, and what would it save"
reading = "running instances whose 95th percentile of CPU over 14 days is below {percent}%, and the next smaller size of their family and platform that also runs in their region; both at the list price an hour that the bill of the last 30 days shows there, a month being 730 hours"
also = [
    "which instances could be a size smaller",
    "which instances could be a size smaller and what would it save",
    "rightsizing candidates",
    "rightsizing candidates with the next size down",
    "rightsizing candidates with the next size down by price seen in the same region",
    "rightsizing candidates under {percent}% CPU",
    "which instances under {percent}% CPU could be a size smaller",
    "which instances with less than {percent}% CPU could be a size smaller",
    "which instances with less than {percent}% CPU could be downsized[ and what would it save]",
    "which instances could be downsized[ and what would it save]",
    "which instances are oversized[ and what would the next size down save]",
    "oversized instances",
    "what would rightsizing save",
]
tables = ["costs", "instances"]

[params.percent]
type = "number"
default = 40
min = 0
max = 100
*/
const HOURS = 730;
const since = new Date(Date.parse(`${today()}T00:00:00Z`) - 30 * 86400000).toISOString();

const instances = query(`
  SELECT name, native_id, resource_id, provider, account_name, region, instance_type, platform, vcpus, memory_gib, state,
         cpu_avg, cpu_p95
  FROM instances WHERE instance_type IS NOT NULL AND vcpus IS NOT NULL`);
// A bill names a machine by its bare id or by its ARN, in large letters or small ones.
const prices = query(
  `SELECT lower(ResourceId) AS id, BillingCurrency, max(ListUnitPrice) AS price
   FROM costs
   WHERE ChargePeriodStart >= $since AND ChargeCategory = 'Usage' AND ServiceCategory = 'Compute'
     AND PricingUnit = 'Hours' AND ListUnitPrice IS NOT NULL AND ResourceId IS NOT NULL
   GROUP BY 1, 2`,
  { since },
);
const priceOf = new Map(prices.map((row) => [row.id, row]));

// `m5.2xlarge` is of `m5`; `Standard_D4s_v5` of `Standard_D*s_v5`: the same but for the number.
const familyOf = (type) => (type.includes(".") ? type.split(".")[0] : type.replace(/^([A-Za-z]+_[A-Za-z]+)\d+/, "$1*"));

const sizes = new Map();
for (const instance of instances) {
  const billed = priceOf.get(instance.native_id.toLowerCase()) ?? priceOf.get(instance.resource_id.toLowerCase());
  if (!billed) continue;
  instance.price = billed.price;
  instance.currency = billed.BillingCurrency;
  instance.group = [instance.provider, instance.region, familyOf(instance.instance_type), instance.platform, instance.currency].join(" ");
  if (!sizes.has(instance.group)) sizes.set(instance.group, new Map());
  const { instance_type, vcpus, memory_gib, price } = instance;
  const seen = sizes.get(instance.group).get(instance_type);
  if (!seen || price < seen.price) sizes.get(instance.group).set(instance_type, { instance_type, vcpus, memory_gib, price });
}

const found = [];
for (const instance of instances) {
  const isLittleUsed = instance.state === "running" && instance.cpu_p95 !== null && instance.cpu_p95 < params.percent;
  if (!instance.group || !isLittleUsed) continue;
  const smaller = [...sizes.get(instance.group).values()]
    .filter((size) => size.price < instance.price && size.vcpus <= instance.vcpus && size.instance_type !== instance.instance_type)
    .sort((a, b) => b.price - a.price || (a.instance_type < b.instance_type ? -1 : 1))[0];
  if (!smaller) continue;
  found.push({
    name: instance.name,
    native_id: instance.native_id,
    provider: instance.provider,
    account_name: instance.account_name,
    region: instance.region,
    instance_type: instance.instance_type,
    cpu_p95: Number(instance.cpu_p95.toFixed(1)),
    next_size_down: smaller.instance_type,
    vcpus: `${instance.vcpus} to ${smaller.vcpus}`,
    memory_gib: `${instance.memory_gib} to ${smaller.memory_gib}`,
    list_price_hour: instance.price,
    smaller_price_hour: smaller.price,
    saves_a_month: Number(((instance.price - smaller.price) * HOURS).toFixed(2)),
    BillingCurrency: instance.currency,
  });
}
found.sort((a, b) => b.saves_a_month - a.saves_a_month || (a.native_id < b.native_id ? -1 : 1));
