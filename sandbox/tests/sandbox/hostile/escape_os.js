// ends: thrown ReferenceError: os is not defined
os.readdir('/')
