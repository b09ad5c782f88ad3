SELECT "ServiceName", sum(EffectiveCost) AS spend FROM costs WHERE ChargePeriodStart >= DATE '2026-10-01' GROUP BY ServiceName HAVING sum(EffectiveCost) > 100.5
