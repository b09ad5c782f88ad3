// ends: rows [{"value":"AsyncDisposableStack"},{"value":"DisposableStack"},{"value":"QueryError"},{"value":"SuppressedError"},{"value":"console"},{"value":"params"},{"value":"progress"},{"value":"query"},{"value":"queueMicrotask"},{"value":"today"}]
// Whatever is there beside the language itself.
const language = new Set(('Object Function Error EvalError RangeError ReferenceError SyntaxError TypeError URIError InternalError ' +
  'AggregateError Array Number Boolean String Symbol Math Reflect BigInt Date RegExp JSON Proxy Map Set WeakMap WeakSet ' +
  'ArrayBuffer Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array ' +
  'BigUint64Array Float16Array Float32Array Float64Array DataView Promise Iterator globalThis Infinity NaN undefined ' +
  'parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval').split(' '));
Object.getOwnPropertyNames(globalThis).filter((name) => !language.has(name)).sort()
