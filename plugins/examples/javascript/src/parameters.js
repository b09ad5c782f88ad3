// What the operator set, with the defaults for all that was left.

/** The parameters of a run by name, each as JavaScript has it: an `int` is a BigInt. */
export function settings(described, given) {
  const values = new Map(described.map(({ name, default: { val } }) => [name, val]));
  for (const { name, value } of given) {
    const parameter = described.find((parameter) => parameter.name === name);
    if (parameter === undefined) {
      throw invalid(`there is no parameter \`${name}\`; there are ${[...values.keys()].join(', ')}`);
    }
    if (value.tag !== parameter.default.tag) {
      throw invalid(`the parameter \`${name}\` takes a value of type \`${parameter.type}\``);
    }
    values.set(name, value.val);
  }
  return Object.fromEntries(values);
}

/** An error in the form that imports throw theirs. */
export function invalid(message) {
  return Object.assign(new Error(message), { payload: { tag: 'invalid', val: { message, code: 'parameter' } } });
}
