// ends: rows [{"value":"collected"}]
// limits: usual
// More in all than there is, and none of it in use.
for (let i = 0; i < 2000000; i++) {
  const a = {};
  a.itself = a;
}
'collected'
