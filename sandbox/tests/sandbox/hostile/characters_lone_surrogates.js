// ends: rows [{"value":"�"},{"�":"x�"}]
['\ud800', { ['\udc00']: 'x\ud83d' }]
