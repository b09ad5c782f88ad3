// ends: thrown ReferenceError: bjson is not defined
bjson.read(new ArrayBuffer(8), 0, 8)
