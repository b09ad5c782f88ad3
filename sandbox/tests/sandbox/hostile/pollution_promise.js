// ends: rows [{"value":1}]
Promise.prototype.then = () => { throw new Error('taken'); };
Promise.resolve = () => { throw new Error('taken'); };
globalThis.Promise = null;
await 1
