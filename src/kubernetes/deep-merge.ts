type Fields = Record<string, unknown>;

/** `overrides` over `base`: maps are merged key by key, everything else is replaced. */
export function deepMerge(base: Fields, overrides: Fields | undefined): Fields {
  if (overrides === undefined) { return base; }
  const merged: Fields = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const below = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const next = isFields(below) && isFields(value) ? deepMerge(below, value) : value;
    // __proto__ is a key like others
    Object.defineProperty(merged, key, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return merged;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
