async function main() {
  const [a, b] = await Promise.all([query('SELECT 1 AS a'), query('SELECT 2 AS b')]);
  return { ...a[0], ...b[0], day: today() };
}
main()
