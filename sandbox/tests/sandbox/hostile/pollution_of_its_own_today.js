// ends: rows [{"value":"1999-12-31"}]
today = () => '1999-12-31';
today()
