// ends: thrown ReferenceError: loadScript is not defined
loadScript('/etc/passwd')
