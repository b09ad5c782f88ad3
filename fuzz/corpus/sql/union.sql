SELECT name FROM instances UNION ALL SELECT name FROM volumes EXCEPT SELECT 'x' || lower(name) FROM buckets
