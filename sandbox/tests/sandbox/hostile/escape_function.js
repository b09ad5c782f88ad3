// ends: rows [{"value":"undefined undefined undefined"}]
// The constructor works, and gives nothing that is not there without it.
const global = Function('return this')();
[typeof global.process, typeof global.fetch, typeof global.require].join(' ')
