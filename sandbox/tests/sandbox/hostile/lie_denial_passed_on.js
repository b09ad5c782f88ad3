// ends: denied QueryError: the table `costs` is not granted
// grant: instances
// The host's own error stays what it is, thrown later and from elsewhere.
let kept;
try { query('SELECT * FROM costs') } catch (error) { kept = error }
throw kept
