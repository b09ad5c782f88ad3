// ends: syntax SyntaxError: 
import.meta.url
