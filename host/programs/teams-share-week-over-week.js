/* nephoscope
question = "which teams' share of cost grew most week over week by tag {key}"
reading = "each team's (tag {key}) share of all that the last seven whole days cost (EffectiveCost), less its share of the seven days before, largest growth first; what has no such tag is listed as untagged"
also = [
    "which teams' share of cost grew most week over week",
    "which teams' share of spend increased most since last week",
    "which teams' share of spend grew most compared to last week",
    "teams whose share of cost grew most week over week",
    "teams whose share of the bill grew[ most] from week to week",
    "how did the share of cost of each team change week over week",
    "how did each team's share of cost change week over week",
    "share of cost by team week over week",
    "share of cost by tag {key} week over week",
]
tables = ["costs"]

[params.key]
type = "text"
default = "team"
*/
const DAY = 24 * 60 * 60 * 1000;
const until = Date.parse(`${today()}T00:00:00Z`);
const iso = (time) => new Date(time).toISOString();

const sums = query(
  `SELECT lower(Tags[$key]) AS team, BillingCurrency,
          sum(CASE WHEN ChargePeriodStart >= $middle THEN EffectiveCost END) AS this_week,
          sum(CASE WHEN ChargePeriodStart < $middle THEN EffectiveCost END) AS week_before
   FROM costs
   WHERE ChargePeriodStart >= $from AND ChargePeriodStart < $until
   GROUP BY 1, 2`,
  { key: params.key, from: iso(until - 14 * DAY), middle: iso(until - 7 * DAY), until: iso(until) },
);
// The whole of each currency: shares of dollars and of euros are not to be mixed.
const wholes = query(
  `SELECT BillingCurrency,
          sum(CASE WHEN ChargePeriodStart >= $middle THEN EffectiveCost END) AS this_week,
          sum(CASE WHEN ChargePeriodStart < $middle THEN EffectiveCost END) AS week_before
   FROM costs
   WHERE ChargePeriodStart >= $from AND ChargePeriodStart < $until
   GROUP BY 1`,
  { from: iso(until - 14 * DAY), middle: iso(until - 7 * DAY), until: iso(until) },
);
const wholeOf = new Map(wholes.map((row) => [row.BillingCurrency, row]));
const share = (part, whole) => (whole > 0 ? ((part ?? 0) / whole) * 100 : 0);

const rows = sums.map((row) => {
  const whole = wholeOf.get(row.BillingCurrency);
  const now = share(row.this_week, whole.this_week);
  const before = share(row.week_before, whole.week_before);
  return {
    team: row.team ?? "untagged",
    share_percent: Number(now.toFixed(2)),
    share_before_percent: Number(before.toFixed(2)),
    growth_points: Number((now - before).toFixed(2)),
    cost: row.this_week ?? 0,
    cost_before: row.week_before ?? 0,
    BillingCurrency: row.BillingCurrency,
  };
});
rows.sort((a, b) => b.growth_points - a.growth_points || (a.team < b.team ? -1 : 1));
