// ends: denied QueryError: the table `costs` is not granted; granted: `instances`
// grant: instances
query({ from: 'costs', aggregate: [{ fn: 'count', as: 'n' }] })
