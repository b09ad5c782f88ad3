// ends: rows [{"value":true},{"value":true}]
const drawn = Array.from({ length: 1000 }, () => Math.random());
[drawn.every((n) => n >= 0 && n < 1), new Set(drawn).size === 1000]
