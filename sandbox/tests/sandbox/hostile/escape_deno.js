// ends: thrown ReferenceError: Deno is not defined
Deno.readTextFile('/etc/passwd')
