// ends: ?
query("SELECT '\ud800' AS a")
