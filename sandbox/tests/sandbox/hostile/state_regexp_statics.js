// ends: rows [{"value":"undefined"}]
typeof RegExp.$1
