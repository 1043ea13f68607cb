/** Whether a value is to be filled in later, by a template engine, a shell or a person, so that nobody knows it yet. */
export function isTemplated(value: unknown): boolean {
  return typeof value === 'string' && /\{\{|\$\{|\$\(|^\$[A-Za-z_]\w*$|<[A-Za-z][^<>]*>/.test(value);
}
