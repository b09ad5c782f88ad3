// ends: limit rows_in: 2000 rows
const all = "SELECT a.name FROM instances a CROSS JOIN instances b LIMIT 900";
[query(all), query(all), query(all)].length
