// ends: rows [{"value":0}]
new Date(2026, 6, 1).getTimezoneOffset()
