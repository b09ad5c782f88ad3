// A host made of plain objects: it gives the rows that a test has, and keeps what the scanner hands over.

const DISPOSE = Symbol.dispose ?? Symbol.for('dispose');

/** A host whose one query gives these rows, two at a time, so that pages are tried as well. */
export function fakeHost(columns, rows) {
  const host = { found: [], asked: [], open: 0 };
  host.sql = (text, parameters) => {
    host.asked.push({ text, parameters });
    host.open += 1;
    return { ...cursor(columns, rows), [DISPOSE]: () => (host.open -= 1) };
  };
  host.emit = (findings) => host.found.push(...findings);
  return host;
}

/** A host whose query ends in this error of the contract. */
export function failingHost(payload) {
  const fail = () => {
    throw Object.assign(new Error('the import failed'), { payload });
  };
  return { found: [], sql: fail, emit: fail };
}

function cursor(columns, rows) {
  let at = 0;
  return {
    columns: () => columns.map((name) => ({ name, type: 'text' })),
    next: () => {
      const some = rows.slice(at, at + 2);
      at += some.length;
      const texts = (name) => ({ tag: 'texts', val: some.map((row) => row[name] ?? undefined) });
      return some.length === 0 ? undefined : { rows: some.length, columns: columns.map(texts) };
    },
  };
}
