// ends: limit query: the SQL could make texts more than 1024 times as long
// limits: patient
const text = (n) => (n === 0 ? "'xxxxxxxxxxxxxxxx'" : `replace(${text(n - 1)}, 'x', 'xxxxxxxxxxxxxxxx')`);
query(`SELECT ${text(10)} AS t`)
