// ends: ?
query("SELECT 'a\0b' AS a")
