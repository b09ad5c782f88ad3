/* nephoscope
question = "which resources make up {percent}% of the spend of the last {days}"
reading = "the fewest resources that together make up {percent}% of the cost (EffectiveCost) of the last {days} days that the bill puts down to resources, the dearest first, in each currency"
also = [
    "which resources make up {percent}% of the spend",
    "which resources make up most of the spend",
    "which resources are {percent}% of our spend",
    "which few resources make up {percent}% of the spend[ in the last {days}]",
    "resources that make up {percent}% of the spend in the last {days}",
    "which resources account for {percent}% of the spend[ in the last {days}]",
    "which resources cause {percent}% of the spend[ in the last {days}]",
    "the fewest resources that make up {percent}% of the spend[ in the last {days}]",
]
tables = ["costs"]

[params.percent]
type = "number"
default = 80
min = 1
max = 100

[params.days]
type = "days"
default = 30
whole = true
*/
const since = new Date(Date.parse(`${today()}T00:00:00Z`) - params.days * 86400000).toISOString();

// The running total is money added up, and so SQL's; only the rows up to the wanted share come back.
const rows = query(
  `SELECT * FROM (
     SELECT ResourceId, ResourceName, ServiceName, account_name, region, BillingCurrency, cost,
            sum(cost) OVER (PARTITION BY BillingCurrency ORDER BY cost DESC, ResourceId
                            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running_total,
            sum(cost) OVER (PARTITION BY BillingCurrency) AS whole
     FROM (
       SELECT ResourceId, max(ResourceName) AS ResourceName, max(ServiceName) AS ServiceName,
              max(SubAccountName) AS account_name, max(RegionId) AS region, BillingCurrency, sum(EffectiveCost) AS cost
       FROM costs WHERE ChargePeriodStart >= $since AND ResourceId IS NOT NULL
       GROUP BY ResourceId, BillingCurrency
     ) WHERE cost > 0
   ) WHERE running_total - cost < whole * $percent / 100
   ORDER BY BillingCurrency, running_total`,
  { since, percent: params.percent },
);
rows.map(({ whole, running_total, ...row }) => ({
  ...row,
  running_total,
  running_percent: Number(((running_total / whole) * 100).toFixed(2)),
}));
