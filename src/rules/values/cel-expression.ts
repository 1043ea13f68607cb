import { celTokens, strangeInCel } from '../../kubernetes';

/** An attribute or a capacity that an expression reads, as in `device.attributes['gpu.nvidia.com'].profile`. */
export interface DeviceReference {
  readonly map: 'attributes' | 'capacity';
  readonly domain: string;
  /** Empty when it reads the whole domain. */
  readonly name: string;
  /** Whether `has(...)`, `in` or `?` keeps it from failing where the field is missing. */
  readonly guarded: boolean;
  /** The texts that it is equal to: of `== 'x'`, `'x' ==` and `in ['x', 'y']`. */
  readonly texts: string[];
  /** Whether it is compared with a number or a text by an operator, on either side. */
  readonly isComparedPlainly: boolean;
  /** What is done with it: `== 'x'`, `.compareTo(...)`, `>= 40`; up to the next logical operator. */
  readonly use: string;
}

/** Names that stand alone in a DRA selector: its one variable, the functions and macros of its environment. */
const KNOWN_NAMES = new Set([
  'device', 'true', 'false', 'null', 'in', 'has', 'quantity', 'isQuantity', 'semver', 'isSemver', 'size', 'string',
  'int', 'uint', 'double', 'bool', 'bytes', 'type', 'dyn', 'duration', 'timestamp', 'cel', 'url', 'isURL', 'ip', 'isIP',
  'cidr', 'isCIDR', 'format', 'optional', 'google', 'math', 'sets', 'strings', 'lists', 'list', 'map',
]);

const BINARY = /^(?:&&|\|\||[=!<>]=|[*/%<>]|in)$/;

const FIELDS_OF_DEVICE = ['driver', 'attributes', 'capacity', 'allowMultipleAllocations'];

/**
 * What cannot compile in a DRA selector, as far as the text alone shows it: characters and words that CEL does not
 * have, brackets that do not close, a variable that is not there. Types are not checked. Undefined when nothing is
 * wrong.
 */
export function celFault(expression: string): string | undefined {
  const tokens = celTokens(expression);
  if (tokens === undefined) { return `"${strangeInCel(expression)}" is no CEL`; }
  if (tokens.length === 0) { return 'it is empty'; }
  const open: string[] = [];
  const locals = localsOf(tokens);
  for (const [index, token] of tokens.entries()) {
    // the fields of a message: google.protobuf.Timestamp{seconds: 1}
    const isField = tokens[index + 1] === ':' && open.at(-1) === '{';
    if ('([{'.includes(token)) { open.push(token); }
    if (')]}'.includes(token) && open.pop() !== '([{'[')]}'.indexOf(token)]) { return `"${token}" closes nothing`; }
    const previous = tokens[index - 1];
    if (/^[A-Za-z_]/.test(token)
      && !/["']$/.test(token)
      && previous !== '.'
      && !(previous === '?' && tokens[index - 2] === '.')) {
      if (!KNOWN_NAMES.has(token) && !locals.has(token) && !isField) { return `${token} is unknown; the one variable is device`; }
    }
    if (token === 'device' && tokens[index + 1] === '.' && !FIELDS_OF_DEVICE.includes(tokens[index + 2])) {
      return `device has no ${tokens[index + 2] ?? 'such field'}; it has ${FIELDS_OF_DEVICE.join(', ')}`;
    }
    if (BINARY.test(token) && (previous === undefined || BINARY.test(previous))) {
      return `nothing stands before ${token}`;
    }
    if (isOperand(token) && previous !== undefined && isOperand(previous) && token !== 'in' && previous !== 'in') {
      return `there is no operator between ${previous} and ${token}`;
    }
  }
  if (open.length > 0) { return `"${open[open.length - 1]}" is not closed`; }
  const last = tokens[tokens.length - 1];
  return /^(?:&&|\|\||[=!<>]=|[-+*/%<>!?:.,]|in)$/.test(last) ? `it ends with ${last}` : undefined;
}

const REFERENCE = new RegExp([
  /device\.(?<map>attributes|capacity)/,
  /\[(?<optionalDomain>\?)?\s*(?:"(?<domain1>[^"]*)"|'(?<domain2>[^']*)')\s*\]/,
  /(?:\.(?<optional1>\?)?(?<name1>[A-Za-z_]\w*\b)(?!\s*\()|\[(?<optional2>\?)?\s*(?:"(?<name2>[A-Za-z_]\w*)"|'(?<name3>[A-Za-z_]\w*)')\s*\])?/,
].map(({ source }) => source).join(''), 'g');

/** Longer expressions are refused (DRA-045), and take long to read. */
const MOST_CHARACTERS = 10 * 1024;

/** The device attributes and capacities that an expression reads. */
export function deviceReferences(expression: string): DeviceReference[] {
  if (expression.length > MOST_CHARACTERS) { return []; }
  return [...expression.matchAll(REFERENCE)].map(match => {
    const found = match.groups!;
    const { map, domain1, domain2, name1, name2, name3 } = found;
    const [domain, name] = [domain1 ?? domain2, name1 ?? name2 ?? name3 ?? ''];
    const before = expression.slice(0, match.index);
    const use = expression.slice(match.index + match[0].length).split(/&&|\|\|/)[0].trim();
    const optional = [found.optionalDomain, found.optional1, found.optional2].some(each => each !== undefined);
    return {
      map: map as 'attributes' | 'capacity',
      domain,
      name,
      guarded: optional || /has\(\s*$/.test(before) || isAskedFor(expression, map, domain, name),
      texts: textsEqualTo(before, use),
      isComparedPlainly: /^(?:==|!=|[<>]=?)\s*(?:["'][^"']*["']|\d)/.test(use)
        || /(?:["'][^"']*["']|(?:^|[^\w.])\d[\d.]*)\s*(?:==|!=|[<>]=?)\s*$/.test(before),
      use,
    };
  });
}

/** Whether an expression lets nothing but MIG devices through. */
export function asksForMig(expression: string): boolean {
  const types = deviceReferences(expression)
    .filter(({ domain, name }) => domain === 'gpu.nvidia.com' && name === 'type')
    .flatMap(({ texts }) => texts);
  return types.length > 0 && types.every(each => each === 'mig');
}

/** Whether the expression asks somewhere else if the device has the field: `has(…)`, or `'name' in …`. */
function isAskedFor(expression: string, map: string, domain: string, name: string): boolean {
  const quoted = (text: string) => `["']${text.replace(/[^\w]/g, '\\$&')}["']`;
  const fields = `device\\.${map}\\[\\s*${quoted(domain)}\\s*\\]`;
  return new RegExp(`has\\(\\s*${fields}\\.${name}\\s*\\)|${quoted(name)}\\s+in\\s+${fields}`).test(expression);
}

function textsEqualTo(before: string, use: string): string[] {
  const after = /^(?:\.orValue\([^)]*\)\s*)?(?:==\s*(?<one>["'][^"']*["'])|in\s*\[(?<list>[^\]]*)\])/.exec(use)?.groups;
  const said = `${after?.one ?? after?.list ?? ''} ${/(["'][^"']*["'])\s*==\s*$/.exec(before)?.[1] ?? ''}`;
  return [...said.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single);
}

/**
 * Whether the whole is plainly no boolean: nothing compares, negates, calls or is a boolean in it. An attribute may be
 * one: of the NVIDIA driver iommuFDEnabled alone is (cmd/gpu-kubelet-plugin/deviceinfo.go), and of other drivers any.
 */
export function isPlainlyNoBoolean(expression: string): boolean {
  return /^\s*device\.capacity\[[^\]]*\]\.[A-Za-z_][A-Za-z0-9_]*\s*$/.test(expression)
    || /^\s*device\.attributes\[\s*["']gpu\.nvidia\.com["']\s*\]\.(?!iommuFDEnabled\s*$)[A-Za-z_]\w*\s*$/.test(expression)
    || /^\s*device\.driver\s*$/.test(expression)
    || /^\s*(?:"[^"]*"|'[^']*'|\d+|(?:quantity|semver|size)\([^()]*\))\s*$/.test(expression);
}

/** Names that macros bind: `list.exists(x, …)`, `cel.bind(x, …)`. */
function localsOf(tokens: string[]): Set<string> {
  return new Set(tokens.flatMap((token, index) =>
    (['exists', 'exists_one', 'all', 'filter', 'map', 'bind', 'transformList', 'transformMap'].includes(token)
      && tokens[index + 1] === '('
      ? [tokens[index + 2]]
      : [])));
}

function isOperand(token: string): boolean {
  return /^[A-Za-z0-9_]/.test(token) || /["']$/.test(token);
}
