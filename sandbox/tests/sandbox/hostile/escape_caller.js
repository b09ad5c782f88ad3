// ends: rows [{"value":"no caller"}]
// What calls a getter of the result is no function that a program could get hold of.
let found = 'no caller';
function look() {
  try { if (typeof look.caller === 'function') found = 'a caller'; } catch {}
  return found;
}
[look()]
