const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Whether a text can be the key of a label, an annotation or a taint (apimachinery pkg/util/validation
 * IsQualifiedName).
 */
export function isLabelKey(text: string): boolean {
  const [first, second, ...more] = text.split('/');
  if (more.length > 0) { return false; }
  return second === undefined ? NAME.test(first) : first.length <= 253 && PREFIX.test(first) && NAME.test(second);
}

/** Whether a text can be the value of a label or a taint (apimachinery pkg/util/validation IsValidLabelValue). */
export function isLabelValue(text: string): boolean {
  return text === '' || NAME.test(text);
}
