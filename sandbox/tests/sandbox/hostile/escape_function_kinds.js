// ends: rows [{"value":"undefined"},{"value":"undefined"},{"value":"undefined"},{"value":"undefined"}]
const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
const made = kinds.map((f) => f.constructor('return typeof require'));
[made[0](), await made[1](), made[2]().next().value, (await made[3]().next()).value]
