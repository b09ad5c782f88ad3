// ends: rows [{"value":true},{"value":"undefined"}]
const rows = query("SELECT tags FROM instances WHERE tags['team'] IS NOT NULL LIMIT 1");
[Object.getPrototypeOf(rows[0].tags) === Object.prototype, typeof ({}).polluted]
