// The rows of a query, one after the other. A page comes column by column; a row is an object with the columns' names.

/** How many rows are asked for at once. Fewer may come. */
const AT_ONCE = 4096;

/** The method that gives a resource back; engines are of two minds about its name. */
const DISPOSE = Symbol.dispose ?? Symbol.for('dispose');

/** All rows of a cursor, which is given back after the last. What is null in the table is `null` here; an `int` is a BigInt; a `decimal` is its digits. */
export function* rows(cursor) {
  try {
    const names = cursor.columns().map((column) => column.name);
    for (let page = cursor.next(AT_ONCE); page !== undefined; page = cursor.next(AT_ONCE)) {
      for (let at = 0; at < page.rows; at += 1) {
        yield Object.fromEntries(names.map((name, n) => [name, page.columns[n].val[at] ?? null]));
      }
    }
  } finally {
    // Else the host would keep the result until the scan ends.
    cursor[DISPOSE]();
  }
}
