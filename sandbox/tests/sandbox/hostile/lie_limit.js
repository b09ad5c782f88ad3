// ends: thrown QueryError: so it says
throw new QueryError('so it says', 'limit', 'queries')
