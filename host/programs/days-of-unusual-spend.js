/* nephoscope
question = "on which days of the last {days} did spend jump beyond {times} times the usual spread, and which service was behind it"
reading = "days among the last {days} on which a service's usage cost (EffectiveCost, without purchases and tax) lay more than {times} usual spreads above its median of the 14 days before; the spread is the median distance from that median, scaled to a standard deviation, and at least a twentieth of the median"
also = [
    "on which days did spend jump[ beyond the usual spread]",
    "on which days did spend jump beyond the usual spread, and which service was behind it",
    "on which days did spend jump, and which service was behind it",
    "on which days did spend jump in the last {days}[ and which service was behind it]",
    "days on which spend jumped beyond the usual[ spread][ and the service behind it]",
    "days with unusual spend[ and the service behind it]",
    "days with unusual spend in the last {days}[ and the service behind it]",
    "unusual spend in the last {days} by day",
    "days with unusually high spend",
    "spend anomalies in the last {days}",
    "spend anomalies",
    "spend spikes[ and the service behind them]",
    "spend spikes in the last {days}",
    "when did spend spike in the last {days}",
    "when did spend spike[ and which service caused it]",
]
tables = ["costs"]

[params.days]
type = "days"
default = 90
whole = true

[params.times]
type = "number"
default = 5
min = 1
*/
const DAY = 24 * 60 * 60 * 1000;
const USUAL = 14;
const until = Date.parse(`${today()}T00:00:00Z`);
const from = until - params.days * DAY;

// Purchases and tax come on days of their own; a jump is about use. The first day needs the days before it, too.
const sums = query(
  `SELECT date_trunc('day', ChargePeriodStart) AS day, provider, ServiceName, BillingCurrency, sum(EffectiveCost) AS cost
   FROM costs
   WHERE ChargePeriodStart >= $from AND ChargePeriodStart < $until
     AND ChargeCategory = 'Usage' AND ServiceName IS NOT NULL
   GROUP BY 1, 2, 3, 4`,
  { from: new Date(from - USUAL * DAY).toISOString(), until: new Date(until).toISOString() },
);

const medianOf = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const services = new Map();
for (const row of sums) {
  const key = `${row.provider} ${row.ServiceName} ${row.BillingCurrency}`;
  if (!services.has(key)) services.set(key, { ...row, costs: new Map() });
  services.get(key).costs.set(Date.parse(row.day), row.cost);
}

const found = [];
for (const service of services.values()) {
  for (const [day, cost] of service.costs) {
    const before = [];
    for (let ago = 1; ago <= USUAL; ago++) {
      const usual = service.costs.get(day - ago * DAY);
      if (usual !== undefined) before.push(usual);
    }
    // A week is the least that can be called usual.
    if (day < from || before.length < 7) continue;
    const median = medianOf(before);
    // 1.4826 makes the median distance of a normal distribution its standard deviation.
    const distance = 1.4826 * medianOf(before.map((usual) => Math.abs(usual - median)));
    // What costs the same every day has no spread; a few cents more are no jump.
    const spread = Math.max(distance, median / 20);
    const spreads = spread > 0 ? (cost - median) / spread : 0;
    if (spreads <= params.times) continue;
    found.push({
      day: new Date(day).toISOString().slice(0, 10),
      service: service.ServiceName,
      provider: service.provider,
      cost,
      usual_cost: Number(median.toFixed(2)),
      spreads_above: Number(spreads.toFixed(1)),
      BillingCurrency: service.BillingCurrency,
    });
  }
}
// What cost most beyond the usual comes first.
found.sort((a, b) => b.cost - b.usual_cost - (a.cost - a.usual_cost) || (a.day < b.day ? -1 : 1));
