// ends: limit memory: the program needs more than the 32 MiB of memory that it may use
// limits: patient
let f = () => 1;
for (;;) {
  const before = f;
  f = () => before;
}
