class Row {
  #n = 1;
  static from(n) { const row = new Row(); row.#n = n; return row; }
  get double() { return this.#n * 2; }
}
function* numbers() { for (let i = 0; i < 3; i++) yield Row.from(i).double; }
[...numbers()]
