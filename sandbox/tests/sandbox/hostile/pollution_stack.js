// ends: thrown TypeError: 
Error.prepareStackTrace = () => { throw new Error('taken'); };
Error.stackTraceLimit = 1 << 30;
null.x
