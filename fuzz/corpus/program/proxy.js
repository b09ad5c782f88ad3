const seen = [];
const p = new Proxy({ a: 1, b: [1, 2] }, { get: (o, k) => (seen.push(String(k)), o[k]), ownKeys: (o) => Reflect.ownKeys(o) });
({ ...p, seen: JSON.stringify(seen), typed: new Float32Array(2), label: Symbol('x').description })
