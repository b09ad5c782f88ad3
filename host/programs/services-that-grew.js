/* nephoscope
question = "which services' spend grew {months} months running"
reading = "services that cost more (EffectiveCost) in each of the last {months} months than in the one before; a month is 30 whole days, counted back from yesterday, so that all are equally long"
also = [
    "which services' cost grew {months} months in a row",
    "which services cost more each month for {months} months[ in a row]",
    "services whose spend increased {months} months running",
    "services whose spend grew for {months} consecutive months",
    "services with spend growing {months} months in a row",
    "services with growing spend for {months} months",
    "services that grew {months} months in a row",
    "spend of which services has gone up {months} months in a row",
    "services getting more expensive every month",
    "which services cost more every month",
    "which services' spend keeps growing[ month over month]",
]
tables = ["costs"]

[params.months]
type = "number"
default = 2
min = 1
max = 11
whole = true
*/
const DAY = 24 * 60 * 60 * 1000;
const LENGTH = 30;
// Growth over n months takes n + 1 of them; more than eleven would be more than a year of bill.
const growths = params.months;
const until = Date.parse(`${today()}T00:00:00Z`);
const from = until - (growths + 1) * LENGTH * DAY;

// Money is added up in SQL, where it is decimal. `date_bin` cuts the time into months of 30 days from `from` on.
const sums = query(
  `SELECT provider, ServiceName, BillingCurrency, date_bin(INTERVAL '30 days', ChargePeriodStart, $from) AS month,
          sum(EffectiveCost) AS cost, min(ChargePeriodStart) AS first
   FROM costs
   WHERE ChargePeriodStart >= $from AND ChargePeriodStart < $until AND ServiceName IS NOT NULL
   GROUP BY 1, 2, 3, 4`.replaceAll("$from", `TIMESTAMP '${new Date(from).toISOString()}'`),
  { until: new Date(until).toISOString() },
);

const services = new Map();
let first = until;
for (const row of sums) {
  const month = Math.round((Date.parse(row.month) - from) / (LENGTH * DAY));
  const key = `${row.provider} ${row.ServiceName} ${row.BillingCurrency}`;
  if (!services.has(key)) {
    const { provider, ServiceName, BillingCurrency } = row;
    services.set(key, { provider, ServiceName, BillingCurrency, costs: Array(growths + 1).fill(0) });
  }
  services.get(key).costs[month] = row.cost;
  first = Math.min(first, Date.parse(row.first));
}

const found = [];
for (const { costs, ...service } of services.values()) {
  // What cost nothing before is new, and did not grow.
  const grew = costs[0] > 0 && costs.every((cost, month) => month === 0 || cost > costs[month - 1]);
  if (!grew) continue;
  const row = { ...service };
  costs.forEach((cost, month) => {
    const ago = growths - month;
    row[ago === 0 ? "last_30_days" : `${ago * LENGTH}_days_before`] = cost;
  });
  row.growth_percent = Number(((costs[growths] / costs[0] - 1) * 100).toFixed(1));
  found.push(row);
}
found.sort((a, b) => b.growth_percent - a.growth_percent || (a.ServiceName < b.ServiceName ? -1 : 1));

// A bill that does not reach back so far can show no growth: that is not "none grew".
const isShort = sums.length > 0 && first >= from + DAY;
const day = (time) => new Date(time).toISOString().slice(0, 10);
if (isShort) {
  console.warn(
    `not known: the bill reaches back to ${day(first)}, and ${growths} months of growth need it from ${day(from)} on`,
  );
}
isShort ? [] : found;
