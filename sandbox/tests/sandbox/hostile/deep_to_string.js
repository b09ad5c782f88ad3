// ends: limit stack: 
const o = { toString() { return '' + o; } };
'' + o
