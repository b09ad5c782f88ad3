// ends: rows [{"a":"���"}]
query("SELECT '\ud800' AS a")
