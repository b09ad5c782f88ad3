SELECT x.a, unnest(make_array(1, 2, x.a)) FROM (VALUES (1, 'a'), (2, NULL)) AS x(a, b) /* note */ -- end
