// ends: limit
const again = () => Promise.resolve().then(again);
again();
new Promise(() => {})
