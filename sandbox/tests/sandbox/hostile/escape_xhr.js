// ends: thrown ReferenceError: XMLHttpRequest is not defined
new XMLHttpRequest()
