// ends: limit queries: 
for (let i = 0; ; i++) {
  try { query('SELEC ' + i) } catch (error) { if (error.code === 'limit') throw error }
}
