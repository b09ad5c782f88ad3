// ends: limit own_time: the program computed for longer than the 1 s that it may
for (;;) {
  try {
    const a = [];
    for (;;) a.push('x'.repeat(100000));
  } catch {}
}
