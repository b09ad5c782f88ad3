// ends: ?
query('SELECT @@version, @HOME')
