// ends: rows [{"a":{"n":1},"b":{"n":1}}]
// The same object in two places is no circle.
const o = { n: 1 };
({ a: o, b: o })
