// ends: thrown ReferenceError: navigator is not defined
navigator.userAgent
