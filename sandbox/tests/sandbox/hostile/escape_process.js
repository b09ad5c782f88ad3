// ends: thrown ReferenceError: process is not defined
process.env
