// ends: rows [{"value":"undefined"}]
query.constructor.constructor('return typeof process')()
