/** RFC 3339, as Go reads it; YAML makes a date of a time without quotes. */
export function isTime(value: unknown): boolean {
  return value instanceof Date
    || (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/.test(value));
}

/** Go reads base64 strictly, and passes over line ends. */
export function isBase64(text: string): boolean {
  const plain = text.replace(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}
