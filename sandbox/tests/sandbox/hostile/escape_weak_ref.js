// ends: thrown ReferenceError: WeakRef is not defined
new WeakRef({})
