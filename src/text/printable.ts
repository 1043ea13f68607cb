/** A value as a message shows it: text as it is, what is no text as JSON. */
export function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
