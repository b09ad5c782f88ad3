// ends: limit own_time: the program computed for longer than the 1 s that it may
class Row extends Array {
  static get [Symbol.species]() { for (;;); }
}
new Row(1, 2).map((x) => x)
