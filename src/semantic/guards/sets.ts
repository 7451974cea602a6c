/** One element that only the first set has and one that only the second has; `undefined` unless both have such. */
export function unlike<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): [T, T] | undefined {
  if (a.size === 0 || b.size === 0) return undefined;
  const [one] = onlyIn(a, b);
  const [other] = onlyIn(b, a);
  return one !== undefined && other !== undefined ? [one, other] : undefined;
}

/** What `a` has and `b` has not. */
export function onlyIn<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): T[] {
  const only: T[] = [];
  for (const one of a) if (!b.has(one)) only.push(one);
  return only;
}
