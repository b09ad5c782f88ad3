// ends: thrown QueryError: so it says
throw new QueryError('so it says', 'out_bytes', 'queries')
