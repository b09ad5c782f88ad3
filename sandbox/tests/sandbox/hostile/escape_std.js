// ends: thrown ReferenceError: std is not defined
std.loadFile('/etc/passwd')
