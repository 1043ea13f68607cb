/** Values by a key of theirs, in their order: what is asked for again and again is looked up, not searched for. */
export function groupedBy<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const others = groups.get(key);
    if (others === undefined) { groups.set(key, [value]); } else { others.push(value); }
  }
  return groups;
}
