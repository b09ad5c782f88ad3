// From what goes wrong in JavaScript to what the contract calls a failure. An error that leaves `scan` as it is would end
// the component, and the operator would read of a trap.

/** The failure to throw for whatever was thrown. */
export function failure(error) {
  // An import that fails throws an error whose `payload` is the contract's own: here a case of `query.error`.
  const { tag, val } = error?.payload ?? {};
  if (tag === undefined) {
    return { code: 'failed', message: String(error?.message ?? error), details: [] };
  }
  return { code: tag, message: val.message, details: patience(val.retryAfterSeconds) };
}

function patience(seconds) {
  return seconds === undefined
    ? []
    : [{ name: 'retry_after_seconds', value: { tag: 'integer', val: BigInt(seconds) } }];
}
