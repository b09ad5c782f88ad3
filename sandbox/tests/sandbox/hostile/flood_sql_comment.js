// ends: limit 
query('SELECT 1 /*' + 'x'.repeat(1 << 19) + '*/')
