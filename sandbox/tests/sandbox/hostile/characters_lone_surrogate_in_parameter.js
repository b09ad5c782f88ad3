// ends: rows [{"a":"���"}]
query("SELECT $1 AS a", ['\ud800'])
