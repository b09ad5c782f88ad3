// ends: limit bytes_in: 4096 KiB are the most that the results which are open at once may take
const long = 'x'.repeat(3000);
query(`SELECT a.name || '${long}' AS t FROM instances a CROSS JOIN instances b LIMIT 1900`)
