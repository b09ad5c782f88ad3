// ends: rows [{"value":"object"}]
Object.freeze(Object.prototype);
typeof params
