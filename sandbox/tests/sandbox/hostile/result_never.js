// ends: no_value NoValue: the program waits for a promise that is never kept
await new Promise(() => {})
