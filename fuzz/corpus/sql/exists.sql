SELECT * FROM instances i WHERE NOT EXISTS (SELECT 1 FROM volumes v WHERE v.name LIKE i.name || '%' ESCAPE '\') AND CASE WHEN i.name IS NULL THEN 1 ELSE 2 END = 2
