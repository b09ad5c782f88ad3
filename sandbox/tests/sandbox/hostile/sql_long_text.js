// ends: ?
query("SELECT string_agg(a.name || b.name || c.name, ',') AS t FROM instances a, instances b, instances c")
