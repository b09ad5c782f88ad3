// ends: limit 
// limits: patient
// A thousand times ten thousand: what little is handed over would become much.
query('SELECT length(concat(' + '$1, '.repeat(20000) + "''))", ['x'.repeat(10000)])
