// ends: rows [{"value":1}]
// limits: usual
progress(1, 2, 'x'.repeat(1 << 22));
1
