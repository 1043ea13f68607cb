/** A way of writing that something else is to fill a value in. */
interface Style {
  /** Who writes it so. */
  readonly of: string;
  /** All of the placeholder, as far as it goes. */
  readonly pattern: RegExp;
  /** Whether it is one where it is all of a value: as a part of a text it may mean itself. */
  readonly alone?: boolean;
}

/** Every style of placeholder, for all rules. */
const STYLES: readonly Style[] = [
  { of: 'Helm, Jinja, Argo Workflows, Argo CD: {{ x }}', pattern: /\{\{.*?(?:\}\}|$)/s },
  { of: 'Jinja: {% if x %}', pattern: /\{%.*?(?:%\}|$)/s },
  { of: 'shells, envsubst, Flux, kro: ${X}', pattern: /\$\{[^{}]*(?:\}|$)/ },
  { of: 'shells, variables of Kubernetes and Kustomize: $(X)', pattern: /\$\([^()]*(?:\)|$)/ },
  { of: 'documentation: <x>', pattern: /<[A-Za-z][^<>]*>/ },
  { of: 'Windows: %x%', pattern: /%[A-Za-z_][\w.-]*%/ },
  { of: 'Maven, CMake, autoconf: @x@', pattern: /@[A-Za-z_][\w.-]*@/ },
  { of: 'scripts: __X__', pattern: /(?<![A-Za-z0-9])__[A-Za-z][\w.-]*?__(?![A-Za-z0-9])/ },
  { of: 'Azure Pipelines: #{X}#', pattern: /#\{[^{}]+\}#?/ },
  { of: 'Concourse: ((x))', pattern: /\(\([A-Za-z][\w./:-]*\)\)/ },
  { of: 'shells: $X', pattern: /\$[A-Za-z_]\w*/, alone: true },
  { of: 'documentation: [x]', pattern: /\[[^[\]]*\]/, alone: true },
  { of: 'words: REPLACE_ME, change-me, changeme', pattern: /(?:replace|change|fill)[-_ ]?(?:me|this|it)(?:[-_ ].*)?/i, alone: true },
  { of: 'words: your-node, PLACEHOLDER_X, X_PLACEHOLDER', pattern: /your[-_ ].+|placeholder(?:[-_ ].*)?|.+[-_]placeholder/i, alone: true },
  { of: 'words in capitals: REPLACE_WITH_X, INSERT_X, SET_ME, TODO', pattern: /(?:REPLACE|INSERT|SET_ME|TODO|FIXME|TBD)(?:[-_ :].*)?/, alone: true },
  { of: 'signs: xxx, ???, ...', pattern: /x{3,}|\?{2,}|\.{3}/i, alone: true },
];

const WHOLE = STYLES.map(({ pattern }) => new RegExp(`^(?:${pattern.source})$`, pattern.flags));

const ANYWHERE = STYLES.map(({ pattern, alone }, index) => (alone === true ? WHOLE[index] : pattern));

/** Whether something else is to fill a text in, all of it or a part, so that nobody knows the value yet. */
export function isPlaceholder(text: string): boolean {
  return ANYWHERE.some(pattern => pattern.test(text));
}

/** Whether a text is a placeholder and nothing else: what stands beside one may be a secret. */
export function isWholePlaceholder(text: string): boolean {
  return WHOLE.some(pattern => pattern.test(text));
}

/** Whether a text stands for a number: beside all placeholders, a name in capitals such as NUM_GPUS. Where a text is expected, it may be the text. */
export function standsForNumber(value: unknown): boolean {
  return typeof value === 'string' && (/^[A-Z][A-Z_]{2}[A-Z0-9_]*$/.test(value) || isPlaceholder(value));
}
