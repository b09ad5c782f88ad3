// ends: rows [{"a":"a\u0000b"}]
query("SELECT 'a\0b' AS a")
