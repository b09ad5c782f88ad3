// ends: thrown ReferenceError: print is not defined
print('x')
