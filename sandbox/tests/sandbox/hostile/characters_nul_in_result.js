// ends: rows [{"value":"a\u0000b"}]
'a\0b'
