const when = new Date(Date.UTC(2026, 10, 1));
if (params.days > 3) return [{ when }];
return [{ when, days: 2n ** 70n, re: /a(b+)?/.exec('abb')[1] }];
