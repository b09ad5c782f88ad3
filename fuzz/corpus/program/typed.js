query({ from: 'instances', aggregate: [{ fn: 'count', as: 'n' }], group_by: ['provider'] })
