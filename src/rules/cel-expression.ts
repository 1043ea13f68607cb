/** An attribute or a capacity that an expression reads, as in `device.attributes['gpu.nvidia.com'].profile`. */
export interface DeviceReference {
  readonly map: 'attributes' | 'capacity';
  readonly domain: string;
  readonly name: string;
  /** Whether `has(...)` or `.?` keeps it from failing where the field is missing. */
  readonly guarded: boolean;
  /** What is done with it: `== 'x'`, `.compareTo(...)`, `>= 40`; up to the next logical operator. */
  readonly use: string;
}

const TOKEN = /\s+|\/\/[^\n]*|(?:[rR]?[bB]?|[bB][rR])(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|[A-Za-z_][A-Za-z0-9_]*|(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)u?|&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]{}]/gy;

/** Names that stand alone in a DRA selector: its one variable, the functions and macros of its environment. */
const KNOWN_NAMES = new Set([
  'device', 'true', 'false', 'null', 'in', 'has', 'quantity', 'isQuantity', 'semver', 'isSemver', 'size', 'string', 'int', 'uint', 'double', 'bool', 'bytes', 'type', 'dyn',
  'duration', 'timestamp', 'cel', 'url', 'isURL', 'ip', 'isIP', 'cidr', 'isCIDR', 'format', 'optional', 'math', 'sets', 'strings', 'list', 'map',
]);

const FIELDS_OF_DEVICE = ['driver', 'attributes', 'capacity', 'allowMultipleAllocations'];

/**
 * What cannot compile in a DRA selector, as far as the text alone shows it: characters and words that CEL does not have, brackets that do
 * not close, a variable that is not there. Types are not checked. Undefined when nothing is wrong.
 */
export function celFault(expression: string): string | undefined {
  const tokens = tokensOf(expression);
  if (tokens === undefined) { return `"${strangeAt(expression)}" is no CEL`; }
  if (tokens.length === 0) { return 'it is empty'; }
  const open: string[] = [];
  const locals = localsOf(tokens);
  for (const [index, token] of tokens.entries()) {
    if ('([{'.includes(token)) { open.push(token); }
    if (')]}'.includes(token) && open.pop() !== '([{'[')]}'.indexOf(token)]) { return `"${token}" closes nothing`; }
    const previous = tokens[index - 1];
    if (/^[A-Za-z_]/.test(token) && !/["']$/.test(token) && previous !== '.' && !(previous === '?' && tokens[index - 2] === '.')) {
      if (!KNOWN_NAMES.has(token) && !locals.has(token)) { return `${token} is unknown; the one variable is device`; }
    }
    if (token === 'device' && tokens[index + 1] === '.' && !FIELDS_OF_DEVICE.includes(tokens[index + 2])) {
      return `device has no ${tokens[index + 2] ?? 'such field'}; it has ${FIELDS_OF_DEVICE.join(', ')}`;
    }
    if (isOperand(token) && previous !== undefined && isOperand(previous) && token !== 'in' && previous !== 'in') { return `there is no operator between ${previous} and ${token}`; }
  }
  if (open.length > 0) { return `"${open[open.length - 1]}" is not closed`; }
  const last = tokens[tokens.length - 1];
  return /^(?:&&|\|\||[=!<>]=|[-+*/%<>!?:.,]|in)$/.test(last) ? `it ends with ${last}` : undefined;
}

/** The device attributes and capacities that an expression reads. */
export function deviceReferences(expression: string): DeviceReference[] {
  const pattern = /device\.(attributes|capacity)\[\??\s*(["'])([^"']*)\2\s*\]\.(\?)?([A-Za-z_][A-Za-z0-9_]*)/g;
  return [...expression.matchAll(pattern)].map(match => {
    const [text, map, , domain, optional, name] = match;
    const inHas = /has\(\s*$/.test(expression.slice(0, match.index));
    const guardedElsewhere = expression.includes(`has(${text})`) || expression.includes(`has(${text.replace(/"/g, '\'')})`);
    return {
      map: map as 'attributes' | 'capacity',
      domain,
      name,
      guarded: inHas || guardedElsewhere || optional !== undefined,
      use: expression.slice(match.index + text.length).split(/&&|\|\|/)[0].trim(),
    };
  });
}

/** Whether the whole is plainly no boolean: nothing compares, negates, calls or is a boolean in it. */
export function isPlainlyNoBoolean(expression: string): boolean {
  return /^\s*device\.(?:attributes|capacity)\[[^\]]*\]\.[A-Za-z_][A-Za-z0-9_]*\s*$/.test(expression) || /^\s*device\.driver\s*$/.test(expression)
    || /^\s*(?:"[^"]*"|'[^']*'|\d+)\s*$/.test(expression);
}

function tokensOf(expression: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const match = TOKEN.exec(expression);
    if (match === null) { return undefined; }
    if (!/^(?:\s|\/\/)/.test(match[0])) { tokens.push(match[0]); }
  }
  return tokens;
}

/** The first characters that are no token. */
function strangeAt(expression: string): string {
  TOKEN.lastIndex = 0;
  let end = 0;
  while (TOKEN.exec(expression) !== null) { end = TOKEN.lastIndex; }
  return expression.slice(end, end + 12);
}

/** Names that macros bind: `list.exists(x, …)`, `cel.bind(x, …)`. */
function localsOf(tokens: string[]): Set<string> {
  return new Set(tokens.flatMap((token, index) =>
    (['exists', 'exists_one', 'all', 'filter', 'map', 'bind', 'transformList', 'transformMap'].includes(token) && tokens[index + 1] === '(' ? [tokens[index + 2]] : [])));
}

function isOperand(token: string): boolean {
  return /^[A-Za-z0-9_]/.test(token) || /["']$/.test(token);
}
