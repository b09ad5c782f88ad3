// ends: rows [{"a":1}]
class A {
  #secret = 2;
  a = 1;
  get b() { return this.#secret; }
}
new A()
