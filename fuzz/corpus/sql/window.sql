SELECT name, row_number() OVER (PARTITION BY region ORDER BY created_at DESC) AS r, sum(cost_30d) OVER (ORDER BY name ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM instances
