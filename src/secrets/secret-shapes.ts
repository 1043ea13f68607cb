/** A secret that its text alone gives away. */
export interface SecretShape {
  /** How messages call it, behind the place where it stands. */
  readonly says: string;
  readonly pattern: RegExp;
  /** Whether a text of this shape is one; @default - each is */
  isOne?(text: string): boolean;
}

/** A token begins where no word goes on, so that a hash or a name with the same letters inside is none. */
const START = '(?<![A-Za-z0-9_+/-])';

function token(what: string, pattern: string): SecretShape {
  return { says: `looks like a secret (${what})`, pattern: new RegExp(`${START}(?:${pattern})`) };
}

/** What stands for a value that is filled in elsewhere: `$(NAME)`, `${NAME}`, `{{ name }}`, `<name>`. */
const FILLED_IN = '[$<]|\\{\\{';

/** Characters of a key that NGC gave out before `nvapi-`. */
const LEGACY_NGC_KEY = 84;

/** Base64 of 26 characters, a colon and a UUID. */
function isLegacyNgcKey(text: string): boolean {
  return /^[a-z0-9]{26}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(Buffer.from(text, 'base64')
    .toString('latin1'));
}

/**
 * Shapes that the issuers document, each with a prefix and a length that nothing else has. Prefixes: GitHub "About
 * authentication to GitHub" (token formats), AWS IAM user guide (unique identifiers), GitLab "Token overview", Slack
 * "Tokens", Hugging Face "User access tokens", NVIDIA NGC user guide (personal keys); the older keys of NGC, and the
 * prefixes of the other issuers, as TruffleHog knows them (trufflesecurity/trufflehog@8d23b3978137 pkg/detectors). JWT:
 * RFC 7519, whose header and claims are JSON and so begin with `{"`. Private keys: RFC 7468. Passwords in URLs: RFC
 * 3986, 3.2.1.
 */
const SHAPES: readonly SecretShape[] = [
  token('an NVIDIA API key', 'nvapi-[A-Za-z0-9_-]{20,}'),
  token('a Hugging Face token', '(?:hf|api_org)_[A-Za-z0-9]{30,}'),
  token('a GitHub token', 'gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}'),
  token('a GitLab token', 'gl(?:pat|ptt|rt|dt)-[A-Za-z0-9_-]{20,}'),
  token('an AWS access key', '(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9_+/=-])'),
  token('a Google API key', 'AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'),
  token('a Slack token', 'xox[abeoprs]-[A-Za-z0-9-]{20,}'),
  token(
    'an API key',
    'sk-(?:proj|ant|svcacct|or|lf)-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9]{32,}|[sr]k_live_[A-Za-z0-9]{20,}',
  ),
  token(
    'an API key',
    'gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|dapi[a-f0-9]{32}(?![A-Za-z0-9])|SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}',
  ),
  token(
    'a token',
    'npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|dckr_pat_[A-Za-z0-9_-]{20,}|hvs\\.[A-Za-z0-9_-]{24,}|glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}',
  ),
  { ...token('an NGC API key', `[A-Za-z0-9]{${LEGACY_NGC_KEY}}(?![A-Za-z0-9+/=])`), isOne: isLegacyNgcKey },
  token('a JSON web token', 'eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}'),
  {
    says: 'looks like a secret (a private key)',
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[^]*?-----END [A-Z0-9 ]*-----|[^]*)/,
  },
  // "@sha256:" is the digest of an image
  { says: 'has a password in it', pattern: new RegExp(`://[^/\\s:@]*:(?!${FILLED_IN})[^/\\s@]+@(?!sha\\d+:)`) },
  // a user name of so many characters with a digit is the token that some Git hosts take in its place
  { says: 'has a token in it', pattern: /:\/\/(?=[^/\s:@]*\d)(?=[^/\s:@]*[A-Za-z])[\w-]{20,}@/ },
  {
    says: 'looks like a secret (an Authorization header)',
    pattern: new RegExp(
      `(?:^|\\W)authorization["']?\\s*[:=]\\s*["']?(?:bearer|basic|token)\\s+(?!${FILLED_IN})[A-Za-z0-9._~+/=-]{8,}`,
      'i',
    ),
  },
  { says: 'looks like a secret (a bearer token)', pattern: /^bearer\s+(?=\S*\d)[A-Za-z0-9._~+/=-]{16,}$/i },
];

/**
 * One expression for all whose case counts, and one for the others. Neither looks at what stands before, nor for a long
 * run of letters: that takes five times as long, and every text of every manifest comes by here.
 */
const [EXACT, IN_ANY_CASE] = [
  '', 'i',
].map(flags => new RegExp(SHAPES.filter(({ pattern, isOne }) => pattern.flags === flags && isOne === undefined)
  .map(({ pattern }) => `(?:${pattern.source.replace(START, '').replace(/^\^|\$$/g, '')})`).join('|'), flags));

/** The shortest that any of them is: `://:p@`. */
const SHORTEST = 6;

/** Whether a secret may be in a text: quick, and right where it says no. */
export function mayHoldSecret(text: string): boolean {
  return text.length >= SHORTEST && (EXACT.test(text) || IN_ANY_CASE.test(text) || hasRun(text, LEGACY_NGC_KEY));
}

/** Whether so many letters and digits stand in a row: it looks at one character in so many, and back from there. */
function hasRun(text: string, length: number): boolean {
  for (let end = length - 1; end < text.length;) {
    let at = end;
    while (at > end - length && isLetterOrDigit(text.charCodeAt(at))) { at--; }
    if (at === end - length) { return true; }
    end = at + length;
  }
  return false;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** The first secret in a text by the order of the shapes, and what kind it is. */
export function shapeIn(text: string): { readonly says: string; readonly text: string } | undefined {
  if (!mayHoldSecret(text)) { return undefined; }
  for (const shape of SHAPES) {
    for (const match of matchesOf(shape, text)) { return { says: shape.says, text: match }; }
  }
  return undefined;
}

/** Every secret in a text that its shape gives away. */
export function shapesIn(text: string): string[] {
  return mayHoldSecret(text) ? SHAPES.flatMap(shape => [...matchesOf(shape, text)]) : [];
}

/** Whether one letter stands in the place of all: `hf_xxxxxxxxxxxxxxxx`. */
function stands(match: string): boolean {
  return /([xX*.0-])\1{11}$/.test(match);
}

function* matchesOf({ pattern, isOne }: SecretShape, text: string): Iterable<string> {
  const everywhere = new RegExp(pattern.source, `${pattern.flags}g`);
  for (const [match] of text.matchAll(everywhere)) {
    if (!stands(match) && (isOne === undefined || isOne(match))) { yield match; }
  }
}
