// ends: ?
const text = (n) => (n === 0 ? "'xxxxxxxxxxxxxxxx'" : `replace(${text(n - 1)}, 'x', 'xxxxxxxxxxxxxxxx')`);
query(`SELECT ${text(10)} AS t`)
