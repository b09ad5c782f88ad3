// ends: rows [{"value":"���"},{"���":"x���"}]
// UTF-8 cannot hold a half of a pair: each of its three bytes becomes the sign for what cannot be shown.
['\ud800', { ['\udc00']: 'x\ud83d' }]
