// ends: rows [{"value":"‮reversed"}]
'\u202ereversed'
