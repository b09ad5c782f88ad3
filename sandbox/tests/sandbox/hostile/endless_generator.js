// ends: limit own_time: the program computed for longer than the 1 s that it may
function* numbers() { for (let n = 0; ; n++) yield n; }
let sum = 0;
for (const n of numbers()) sum += n;
sum
