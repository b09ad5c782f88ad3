// ends: rows [{"note":"*/ throw new Error(1) /* ${query} <script>alert(1)</script>"}]
query("SELECT '*/ throw new Error(1) /* ${query} <script>alert(1)</script>' AS note")
