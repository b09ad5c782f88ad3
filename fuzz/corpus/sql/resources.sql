SELECT date_trunc('month', created_at) AS m, avg(CAST(cost_30d AS DOUBLE)) FROM resources WHERE coalesce(tags['env'], 'none') <> 'prod' GROUP BY ROLLUP(1)
