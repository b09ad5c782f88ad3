// ends: rows [{"value":null}]
new Date('no date')
