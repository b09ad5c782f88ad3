// ends: limit own_time: the program computed for longer than the 1 s that it may
console.log({ get a() { for (;;); } });
1
