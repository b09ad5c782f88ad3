// ends: thrown TypeError
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
proxy
