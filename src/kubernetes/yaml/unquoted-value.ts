import { yamlNumberOf } from './yaml-number';

/** What a string becomes when it is printed into YAML without quotes. */
export type Unquoted = 'string' | 'null' | 'boolean' | 'number' | 'syntax';

/**
 * Whether a value stays what it is in the NIM Operator's template.
 *
 * The operator renders `nodeSelector` values without quotes (k8s-nim-operator manifests/deployment.yaml), so `"true"`,
 * `"8"` or `"1e3"` come out as another type and reconciling fails, and `"null"` silently becomes empty. What is not
 * safe goes into `affinity.nodeAffinity`, which is rendered as YAML. An empty value is safe: nothing is printed, which
 * is read as null, and null as an empty string.
 */
export function survivesUnquoted(value: string): boolean {
  return value === '' || unquoted(value) === 'string';
}

/**
 * As the operator's parser resolves a plain scalar: YAML 1.1 less base-60 numbers and dates (go.yaml.in/yaml/v2
 * resolve.go).
 */
export function unquoted(value: string): Unquoted {
  if (value === '' || NULL.has(value)) { return 'null'; }
  if (BOOLEAN.has(value)) { return 'boolean'; }
  if (BREAKS.some(pattern => pattern.test(value))) { return 'syntax'; }
  return yamlNumberOf(value) === undefined ? 'string' : 'number';
}

const NULL = inUsualCases('~', 'null');
const BOOLEAN = inUsualCases('y', 'yes', 'n', 'no', 'true', 'false', 'on', 'off');

/** What is no plain scalar at all, or ends one: indicators at the start, a colon or hash with a space. */
const BREAKS = [/^[,[\]{}#&*!|>'"%@`]/, /^[-?:](?:\s|$)/, /:(?:\s|$)/, /\s#/, /^\s|\s$/, /[\r\n]/];

/** A word in lower case, with a capital, and in capitals; `yEs` is a string. */
function inUsualCases(...words: string[]): Set<string> {
  return new Set(words.flatMap(word => [word, word[0].toUpperCase() + word.slice(1), word.toUpperCase()]));
}
