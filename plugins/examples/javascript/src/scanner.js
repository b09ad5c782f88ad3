// Finds public addresses that are paid for and that nothing holds. The host is an object that is handed in, so that
// tests hand in another.

import { failure } from './failure.js';
import { invalid, settings } from './parameters.js';
import { rows } from './rows.js';

const NAME = 'idle-addresses';

/** How many findings are handed over at once. */
const AT_ONCE = 100;

const PARAMETERS = [
  {
    name: 'spare',
    type: 'int',
    default: { tag: 'integer', val: 0n },
    unit: 'addresses',
    meaning: 'how many idle addresses of each account and region are kept on purpose, and left alone',
    details: [],
  },
];

const RULE = {
  id: 'idle-address',
  title: 'Public address is held by nothing',
  severity: 'low',
  why: 'A reserved address costs money by the hour, whether something answers at it or not.',
  details: [],
};

// In order, so that the same addresses are spared in every scan.
const SQL = `
  SELECT resource_id, kind, name, provider, account_id, region, address, cost_30d, cost_basis, cost_currency
  FROM public_ips
  WHERE associated_with IS NULL AND coalesce(state, 'unknown') NOT IN ('deleting', 'deleted')
  ORDER BY provider, account_id, region, resource_id`;

/** What it is. */
export function describe() {
  return {
    name: NAME,
    version: '0.1.0',
    contract: '0.1.0',
    summary: 'finds public addresses that nothing holds',
    parameters: PARAMETERS,
    rules: [RULE],
    details: [],
  };
}

/** Looks, and hands over what it finds. */
export function scan(host, parameters) {
  try {
    const { spare } = settings(PARAMETERS, parameters);
    if (spare < 0n) {
      throw invalid('the parameter `spare` is a number of addresses, and not less than 0');
    }
    for (const some of batches(idle(host.sql(SQL, []), spare))) {
      host.emit(some);
    }
  } catch (error) {
    throw failure(error);
  }
}

/** The findings, without those that are kept on purpose. */
function* idle(cursor, spare) {
  const kept = new Map();
  for (const row of rows(cursor)) {
    const place = [row.provider, row.account_id, row.region].join(' ');
    const count = kept.get(place) ?? 0n;
    if (count < spare) {
      kept.set(place, count + 1n);
    } else {
      yield finding(row);
    }
  }
}

function finding(row) {
  const paid = row.cost_30d === null ? [] : [fact('cost_30d', row.cost_30d), fact('cost_basis', row.cost_basis)];
  return {
    uid: `${NAME}/${RULE.id}/${row.resource_id}`,
    class: 'compliance',
    title: RULE.title,
    severity: RULE.severity,
    status: 'new',
    rule: RULE.id,
    resource: {
      resourceId: row.resource_id,
      kind: row.kind ?? undefined,
      name: row.name ?? undefined,
      provider: row.provider ?? undefined,
      accountId: row.account_id ?? undefined,
      region: row.region ?? undefined,
    },
    evidence: [fact('address', row.address), fact('associated_with', null), ...paid],
    remediation: 'Release it where nobody outside has it written down: the same address does not come back.',
    monthlySaving: saving(row.cost_30d, row.cost_currency),
    details: [],
  };
}

/**
 * What was paid in 30 days would no longer be. Digits stay digits: as a number they would not add up to the bill. The host
 * takes no currency but by its three letters: a vendor's credits are no saving.
 */
function saving(cost, currency) {
  const isPaid = cost !== null && !cost.startsWith('-') && /[1-9]/.test(cost);
  const isMoney = currency === null || /^[A-Z]{3}$/.test(currency);
  return isPaid && isMoney ? { amount: cost, currency: currency ?? undefined } : undefined;
}

function fact(name, text) {
  return { name, value: text === null ? { tag: 'null' } : { tag: 'text', val: text } };
}

function* batches(all) {
  let some = [];
  for (const one of all) {
    some.push(one);
    if (some.length === AT_ONCE) {
      yield some;
      some = [];
    }
  }
  if (some.length > 0) {
    yield some;
  }
}
