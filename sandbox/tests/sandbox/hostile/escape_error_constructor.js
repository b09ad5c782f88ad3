// ends: rows [{"value":"undefined undefined"}]
// The error comes from outside; its constructors lead nowhere else.
let found = '';
try {
  query('SELECT nothing FROM nowhere');
} catch (error) {
  found = error.constructor.constructor('return typeof process + " " + typeof std')();
}
found
