// ends: thrown ReferenceError: require is not defined
require('fs').readFileSync('/etc/passwd')
