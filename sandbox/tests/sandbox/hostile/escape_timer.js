// ends: thrown ReferenceError: setTimeout is not defined
setTimeout(() => {}, 0)
