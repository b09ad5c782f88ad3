SELECT $1, $name, ? FROM instances WHERE name = 'it''s' AND region = U&'\0041'
