// ends: rows [{"value":"a value of its own"}]
// Which is no more than `'a value of its own'` as the last line would have done.
Object.prototype.then = function (keep) {
  delete Object.prototype.then;
  keep({ value: 'a value of its own' });
};
await 1
