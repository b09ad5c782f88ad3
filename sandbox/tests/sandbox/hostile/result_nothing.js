// ends: no_value NoValue: 
undefined
