// ends: rows [{"value":"undefined"},{"value":"undefined"},{"value":"object"}]
const indirect = eval;
[eval('typeof process'), indirect('typeof process'), typeof indirect('this')]
