// ends: thrown ReferenceError: WebSocket is not defined
new WebSocket('ws://127.0.0.1/')
