// ends: thrown ReferenceError: SharedArrayBuffer is not defined
new SharedArrayBuffer(8)
