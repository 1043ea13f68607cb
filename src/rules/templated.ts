/** Whether a template engine fills a value in later: Helm and Go templates, Flux and envsubst. Nothing can be said of it before. */
export function isTemplated(value: unknown): boolean {
  return typeof value === 'string' && /\{\{.*\}\}|\$\{[^}]*\}/s.test(value);
}
