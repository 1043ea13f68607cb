/**
 * Whether a label value stays a string in the NIM Operator's template.
 *
 * The operator renders `nodeSelector` values without quotes (k8s-nim-operator manifests/deployment.yaml), so `"true"`,
 * `"8"` or `"1e3"` come out as another type and reconciling fails, and `"null"` silently becomes empty. What is not safe
 * goes into `affinity.nodeAffinity`, which is rendered as YAML.
 */
export function survivesUnquoted(value: string): boolean {
  return !NOT_A_STRING.some(pattern => pattern.test(value));
}

/** What YAML 1.1, as the operator's parser reads it, takes for a boolean, null or number. */
const NOT_A_STRING = [
  /^$/,
  /^(?:y|yes|n|no|true|false|on|off)$/i,
  /^(?:~|null)$/i,
  /^[-+]?[0-9][0-9_]*$/,
  /^[-+]?0[box]?[0-9a-f_]+$/i,
  /^[-+]?[0-9_]*\.?[0-9_]*(?:e[-+]?[0-9]+)?$/i,
  /^[-+]?\.?(?:inf|nan)$/i,
];
