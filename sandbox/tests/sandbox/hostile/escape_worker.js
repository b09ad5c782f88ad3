// ends: thrown ReferenceError: Worker is not defined
new Worker('x.js')
