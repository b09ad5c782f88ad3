// What the scanner makes of rows and of errors. That its SQL is right, the built component is tried for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, scan } from '../src/scanner.js';
import { failingHost, fakeHost } from './fake.js';

const COLUMNS = [
  'resource_id', 'kind', 'name', 'provider', 'account_id', 'region', 'address', 'cost_30d', 'cost_basis', 'cost_currency',
];

const address = (id, more = {}) => ({
  resource_id: id, kind: 'network.public_ip', provider: 'aws', account_id: '111122223333', region: 'eu-west-1', ...more,
});

const spare = (count) => [{ name: 'spare', value: { tag: 'integer', val: count } }];

/** The ids of what is found in these rows. */
function found(rows, parameters = []) {
  const host = fakeHost(COLUMNS, rows);
  scan(host, parameters);
  return host.found.map((finding) => finding.resource.resourceId);
}

/** What a scan ends in. */
function ending(host, parameters = []) {
  try {
    scan(host, parameters);
  } catch (failure) {
    return failure;
  }
  return undefined;
}

test('every row is a finding, over all pages', () => {
  assert.deepEqual(found(['a', 'b', 'c', 'd', 'e'].map((id) => address(id))), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(found([]), []);
});

test('findings are handed over a hundred at a time, and none is lost', () => {
  const ids = Array.from({ length: 205 }, (_, n) => `ip-${n}`);
  const host = fakeHost(COLUMNS, ids.map((id) => address(id)));
  const sizes = [];
  const take = host.emit;
  host.emit = (some) => (sizes.push(some.length), take(some));
  scan(host, []);
  assert.deepEqual(sizes, [100, 100, 5]);
  assert.deepEqual(host.found.map((finding) => finding.resource.resourceId), ids);
});

test('the cursor is given back, also where the scan ends early', () => {
  const host = fakeHost(COLUMNS, Array.from({ length: 205 }, (_, n) => address(`ip-${n}`)));
  scan(host, []);
  assert.equal(host.open, 0);
  host.emit = failingHost({ tag: 'limit', val: { message: 'no more', name: 'findings', value: 100n } }).emit;
  assert.equal(ending(host).code, 'limit');
  assert.deepEqual([host.asked.length, host.open], [2, 0]);
});

test('spare addresses are left alone, so many in each account and region', () => {
  const rows = [address('a'), address('b'), address('c', { region: 'us-east-1' }), address('d', { account_id: '2' })];
  assert.deepEqual(found(rows, spare(1n)), ['b']);
  assert.deepEqual(found(rows, spare(0n)), ['a', 'b', 'c', 'd']);
  assert.deepEqual(found(rows, spare(9223372036854775807n)), []);
});

test('a finding says what it was concluded from, and the saving in the digits of the bill', () => {
  const paid = address('a', { name: 'old-vpn', address: '192.0.2.1', cost_30d: '3.60000000000000001', cost_basis: 'cost_api' });
  const host = fakeHost(COLUMNS, [paid]);
  scan(host, []);
  const [{ uid, rule, resource, evidence, monthlySaving }] = host.found;
  assert.equal(uid, 'idle-addresses/idle-address/a');
  assert.equal(rule, describe().rules[0].id);
  assert.deepEqual(resource, {
    resourceId: 'a', kind: 'network.public_ip', name: 'old-vpn', provider: 'aws', accountId: '111122223333', region: 'eu-west-1',
  });
  assert.deepEqual(evidence, [
    { name: 'address', value: { tag: 'text', val: '192.0.2.1' } },
    { name: 'associated_with', value: { tag: 'null' } },
    { name: 'cost_30d', value: { tag: 'text', val: '3.60000000000000001' } },
    { name: 'cost_basis', value: { tag: 'text', val: 'cost_api' } },
  ]);
  assert.deepEqual(monthlySaving, { amount: '3.60000000000000001', currency: undefined });
});

test('a saving is in the currency of its cost, where that is money', () => {
  const host = fakeHost(COLUMNS, ['EUR', null, 'credits'].map((cost_currency, n) => address(`${n}`, { cost_30d: '2', cost_currency })));
  scan(host, []);
  const savings = host.found.map((finding) => finding.monthlySaving);
  assert.deepEqual(savings, [{ amount: '2', currency: 'EUR' }, { amount: '2', currency: undefined }, undefined]);
});

test('where nothing was paid, or it is not known, no saving is said', () => {
  const host = fakeHost(COLUMNS, [null, '0', '0.00', '-1.20'].map((cost, n) => address(`${n}`, { cost_30d: cost })));
  scan(host, []);
  assert.deepEqual(host.found.map((finding) => finding.monthlySaving), [undefined, undefined, undefined, undefined]);
});

test('an error of the host is the failure that the scan ends in', () => {
  const denied = { tag: 'denied', val: { message: 'the table `public_ips` is not granted', code: 'table_not_granted' } };
  assert.deepEqual(ending(failingHost(denied)), {
    code: 'denied', message: 'the table `public_ips` is not granted', details: [],
  });
  const throttled = { tag: 'throttled', val: { message: 'slow down', retryAfterSeconds: 30 } };
  assert.deepEqual(ending(failingHost(throttled)).details, [
    { name: 'retry_after_seconds', value: { tag: 'integer', val: 30n } },
  ]);
});

test('an error of the scanner itself is a failure too, and no trap', () => {
  const host = { ...fakeHost(COLUMNS, []), sql: () => undefined.columns };
  const failure = ending(host);
  assert.equal(failure.code, 'failed');
  assert.match(failure.message, /columns/);
});

test('a parameter that does not fit is named, and nothing is asked', () => {
  const host = fakeHost(COLUMNS, []);
  const given = (name, value) => ending(host, [{ name, value }]);
  assert.deepEqual(given('spares', { tag: 'integer', val: 1n }), {
    code: 'invalid', message: 'there is no parameter `spares`; there are spare', details: [],
  });
  assert.equal(given('spare', { tag: 'text', val: '1' }).message, 'the parameter `spare` takes a value of type `int`');
  assert.equal(given('spare', { tag: 'integer', val: -1n }).code, 'invalid');
  assert.deepEqual(host.asked, []);
});
