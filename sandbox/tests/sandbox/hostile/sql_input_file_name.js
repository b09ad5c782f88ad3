// ends: invalid QueryError: 
query("SELECT input_file_name() FROM instances")
