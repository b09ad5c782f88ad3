// ends: thrown 
await import('fs')
