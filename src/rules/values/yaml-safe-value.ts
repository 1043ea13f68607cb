/** What a string becomes when it is printed into YAML without quotes. */
export type Unquoted = 'string' | 'null' | 'boolean' | 'number' | 'syntax';

/**
 * Whether a value stays what it is in the NIM Operator's template.
 *
 * The operator renders `nodeSelector` values without quotes (k8s-nim-operator manifests/deployment.yaml), so `"true"`,
 * `"8"` or `"1e3"` come out as another type and reconciling fails, and `"null"` silently becomes empty. What is not safe
 * goes into `affinity.nodeAffinity`, which is rendered as YAML. An empty value is safe: nothing is printed, which is read
 * as null, and null as an empty string.
 */
export function survivesUnquoted(value: string): boolean {
  return value === '' || unquoted(value) === 'string';
}

/** As the operator's parser resolves a plain scalar: YAML 1.1 less base-60 numbers and dates (go.yaml.in/yaml/v2 resolve.go). */
export function unquoted(value: string): Unquoted {
  if (value === '' || NULL.has(value)) { return 'null'; }
  if (BOOLEAN.has(value)) { return 'boolean'; }
  if (BREAKS.some(pattern => pattern.test(value))) { return 'syntax'; }
  return isNumber(value) ? 'number' : 'string';
}

const NULL = inUsualCases('~', 'null');
const BOOLEAN = inUsualCases('y', 'yes', 'n', 'no', 'true', 'false', 'on', 'off');

/** What is no plain scalar at all, or ends one: indicators at the start, a colon or hash with a space. */
const BREAKS = [/^[,[\]{}#&*!|>'"%@`]/, /^[-?:](?:\s|$)/, /:(?:\s|$)/, /\s#/, /^\s|\s$/, /[\r\n]/];

/** Underscores count only in what begins like a number. */
function isNumber(value: string): boolean {
  if (value.startsWith('.')) { return isFloat(value.replace(/(\d)_(?=\d)/g, '$1')) || /^\.(?:inf|Inf|INF|nan|NaN|NAN)$/.test(value); }
  if (!/^[-+\d]/.test(value)) { return false; }
  const plain = value.replace(/_/g, '');
  return isFloat(plain)
    || /^[-+]?0(?:[xX]0*[\da-fA-F]{1,16}|[bB][01]{1,64}|[oO]0*[0-7]{1,21})$/.test(plain)
    || /^[-+]\.(?:inf|Inf|INF)$/.test(value);
}

/** Decimal integers and octal ones with a bare zero have the form of a float too; what is too large for one stays a string. */
function isFloat(text: string): boolean {
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}

/** A word in lower case, with a capital, and in capitals; `yEs` is a string. */
function inUsualCases(...words: string[]): Set<string> {
  return new Set(words.flatMap(word => [word, word[0].toUpperCase() + word.slice(1), word.toUpperCase()]));
}
