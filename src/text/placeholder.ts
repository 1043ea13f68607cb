/** A way of writing that something else is to fill a value in. */
interface Style {
  /** Who writes it so. */
  readonly of: string;
  /** Where it is one as a part of a text too: what shows it. */
  readonly part?: RegExp;
  /** Where it is all of a value. */
  readonly whole: RegExp;
}

/** Every style of placeholder, for all rules. */
const STYLES: readonly Style[] = [
  { of: 'Helm, Jinja, Argo Workflows, Argo CD: {{ x }}', part: /\{\{/, whole: /^\{\{.*\}\}$/s },
  { of: 'Jinja: {% if x %}', part: /\{%/, whole: /^\{%.*%\}$/s },
  { of: 'shells, envsubst, Flux, kro: ${X}', part: /\$\{/, whole: /^\$\{.*\}$/s },
  { of: 'shells, variables of Kubernetes and Kustomize: $(X)', part: /\$\(/, whole: /^\$\(.*\)$/s },
  { of: 'documentation: <x>', part: /<[A-Za-z][^<>]*>/, whole: /^<.*>$/s },
  { of: 'Windows: %x%', part: /%[A-Za-z_][\w.-]*%/, whole: /^%[A-Za-z_][\w.-]*%$/ },
  { of: 'Maven, CMake, autoconf: @x@', part: /@[A-Za-z_][\w.-]*@/, whole: /^@[A-Za-z_][\w.-]*@$/ },
  { of: 'scripts: __X__', part: /(?<![A-Za-z0-9_])__(?!proto__)[A-Za-z][\w.-]*__(?![A-Za-z0-9])/, whole: /^__(?!proto__$).*__$/ },
  { of: 'Azure Pipelines: #{X}#', part: /#\{/, whole: /^#\{.*\}#?$/ },
  { of: 'Concourse: ((x))', part: /\(\([A-Za-z][\w./:-]*\)\)/, whole: /^\(\(.*\)\)$/ },
  { of: 'shells: $X', whole: /^\$[A-Za-z_]\w*$/ },
  { of: 'Python and others: {x}', whole: /^\{[A-Za-z_][\w.-]*\}$/ },
  { of: 'documentation: [x]', whole: /^\[.*\]$/ },
  { of: 'words: REPLACE_ME, change-me, changeme', whole: /^(?:replace|change|fill)[-_ ]?(?:me|this|it)(?:[-_ ].*)?$/i },
  {
    of: 'words: your-node, PLACEHOLDER_X, X_PLACEHOLDER',
    whole: /^(?:your[-_ ].*|placeholder(?:[-_ ].*)?|.*[-_]placeholder)$/i,
  },
  {
    of: 'words in capitals: REPLACE_WITH_X, INSERT_X, SET_ME, TODO',
    whole: /^(?:REPLACE|INSERT|SET_ME|TODO|FIXME|TBD)(?:[-_ :].*)?$/,
  },
  { of: 'signs: xxx, ???, ...', whole: /^(?:x{3,}|\?{2,}|\.{3})$/i },
  { of: 'Kustomize, where `namespace` renames the Namespace: _', whole: /^_$/ },
];

/** Whether something else is to fill a text in, all of it or a part, so that nobody knows the value yet. */
export function isPlaceholder(text: string): boolean {
  return STYLES.some(({ part, whole }) => (part ?? whole).test(text));
}

/** Whether a text is a placeholder and nothing else: what stands beside one may be a secret. */
export function isWholePlaceholder(text: string): boolean {
  return STYLES.some(({ whole }) => whole.test(text));
}

/**
 * Whether a name of an object may be what a text with placeholders becomes, by the ends that stand outside of them:
 * `plex-gpu` may be what `${APP}-gpu` becomes.
 */
export function mayBecome(text: string, name: string): boolean {
  if (isWholePlaceholder(text)) { return true; }
  const parts = text.split(/[^a-z0-9.-]+/);
  const [start, end] = [parts[0], parts[parts.length - 1]];
  return parts.length === 1
    ? text === name
    : name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

/**
 * Whether a text stands for a number: beside all placeholders, a name in capitals such as NUM_GPUS. Where a text is
 * expected, it may be the text.
 */
export function standsForNumber(value: unknown): boolean {
  return typeof value === 'string' && (/^[A-Z][A-Z_]{2}[A-Z0-9_]*$/.test(value) || isPlaceholder(value));
}
