// ends: rows [{"value":"😀"}]
'\ud83d' + '\ude00'
