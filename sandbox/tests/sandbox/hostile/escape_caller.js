// ends: rows [{"value":"null"}]
let found = null;
function look() { try { found = look.caller } catch {} return 1; }
const rows = [{ get a() { return look(); } }];
JSON.stringify(rows);
String(found)
