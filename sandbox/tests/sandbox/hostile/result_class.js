// ends: bad_value BadValue: `value` is a function
class A {}
A
