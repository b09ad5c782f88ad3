// What the interpreter needs in JavaScript: taken before a program could have changed it.
(() => {
  const { apply } = Reflect;
  const { isNaN } = Number;
  const { getTime, toISOString } = Date.prototype;
  const eachOfMap = Map.prototype.forEach;
  const eachOfSet = Set.prototype.forEach;
  const { valueOf: numberOf } = Number.prototype;
  const { valueOf: textOf } = String.prototype;
  const { valueOf: booleanOf } = Boolean.prototype;

  class QueryError extends Error {
    constructor(message, code, reason, retryAfter) {
      super(message);
      this.code = code;
      this.reason = reason;
      if (retryAfter !== undefined) this.retryAfter = retryAfter;
    }
  }
  Object.defineProperty(QueryError.prototype, "name", { value: "QueryError", configurable: true, writable: true });
  Object.defineProperty(globalThis, "QueryError", { value: QueryError, configurable: true, writable: true });

  const unboxed = (value) => {
    try { return apply(numberOf, value, []); } catch {}
    try { return apply(textOf, value, []); } catch {}
    try { return apply(booleanOf, value, []); } catch {}
  };

  return {
    failed: (message, code, reason, retryAfter) => new QueryError(message, code, reason, retryAfter),
    iso: (date) => (isNaN(apply(getTime, date, [])) ? null : apply(toISOString, date, [])),
    entries: (map) => {
      const keys = [];
      const values = [];
      let count = 0;
      apply(eachOfMap, map, [(value, key) => { keys[count] = key; values[count++] = value; }]);
      return [keys, values];
    },
    members: (set) => {
      const members = [];
      let count = 0;
      apply(eachOfSet, set, [(member) => { members[count++] = member; }]);
      return members;
    },
    unboxed,
  };
})()
