/** A secret that its text alone gives away. */
export interface SecretShape {
  /** How messages call it, behind the place where it stands. */
  readonly says: string;
  readonly pattern: RegExp;
}

/** A token begins where no word goes on, so that a hash or a name with the same letters inside is none. */
const START = '(?<![A-Za-z0-9_+/-])';

function token(what: string, pattern: string): SecretShape {
  return { says: `looks like a secret (${what})`, pattern: new RegExp(`${START}(?:${pattern})`) };
}

/** What stands for a value that is filled in elsewhere: `$(NAME)`, `${NAME}`, `{{ name }}`, `<name>`. */
const FILLED_IN = '[$<]|\\{\\{';

/**
 * Shapes that the issuers document, each with a prefix and a length that nothing else has. Prefixes: GitHub "About authentication to
 * GitHub" (token formats), AWS IAM user guide (unique identifiers), GitLab "Token overview", Slack "Tokens", Hugging Face "User access
 * tokens", NVIDIA NGC user guide (personal keys). JWT: RFC 7519, whose header and claims are JSON and so begin with `{"`. Private keys:
 * RFC 7468. Passwords in URLs: RFC 3986, 3.2.1.
 */
const SHAPES: readonly SecretShape[] = [
  token('an NVIDIA API key', 'nvapi-[A-Za-z0-9_-]{20,}'),
  token('a Hugging Face token', '(?:hf|api_org)_[A-Za-z0-9]{30,}'),
  token('a GitHub token', 'gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}'),
  token('a GitLab token', 'gl(?:pat|ptt|rt|dt)-[A-Za-z0-9_-]{20,}'),
  token('an AWS access key', '(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9_+/=-])'),
  token('a Google API key', 'AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'),
  token('a Slack token', 'xox[abeoprs]-[A-Za-z0-9-]{20,}'),
  token('an API key', 'sk-(?:proj|ant|svcacct)-[A-Za-z0-9_-]{20,}'),
  token('a JSON web token', 'eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}'),
  { says: 'looks like a secret (a private key)', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[^]*?-----END [A-Z0-9 ]*-----|[^]*)/ },
  // "@sha256:" is the digest of an image
  { says: 'has a password in it', pattern: new RegExp(`://[^/\\s:@]*:(?!${FILLED_IN})[^/\\s@]+@(?!sha\\d+:)`) },
  { says: 'looks like a secret (an Authorization header)', pattern: new RegExp(`(?:^|\\W)authorization["']?\\s*[:=]\\s*["']?(?:bearer|basic|token)\\s+(?!${FILLED_IN})[A-Za-z0-9._~+/=-]{8,}`, 'i') },
  { says: 'looks like a secret (a bearer token)', pattern: /^bearer\s+(?=\S*\d)[A-Za-z0-9._~+/=-]{16,}$/i },
];

/** One expression for them all: most texts are none of it, and are looked at once. */
const ANY = new RegExp(SHAPES.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'i');

/** The shortest that any of them is: `://:p@`. */
const SHORTEST = 6;

/** Whether a secret may be in a text: quick, and right where it says no. */
export function mayHoldSecret(text: string): boolean {
  return text.length >= SHORTEST && ANY.test(text);
}

/** The secret in a text, and what kind it is. */
export function shapeIn(text: string): { readonly says: string; readonly text: string } | undefined {
  if (!mayHoldSecret(text)) { return undefined; }
  for (const { says, pattern } of SHAPES) {
    const [match] = pattern.exec(text) ?? [];
    if (match !== undefined) { return { says, text: match }; }
  }
  return undefined;
}

/** What stands in messages instead of a secret. */
const HIDDEN = '(not shown)';

/** Shorter ones stand in half of all words, and are nobody's secret. */
const SHORTEST_HIDDEN = 4;

/**
 * A text without the secrets that it is known to have, and without those that their shape gives away.
 * @param text a message
 * @param known secrets that may stand in it
 */
export function hideSecrets(text: string, known: readonly string[] = []): string {
  const longestFirst = known.filter(secret => secret.length >= SHORTEST_HIDDEN).sort((a, b) => b.length - a.length);
  let hidden = longestFirst.reduce((left, secret) => left.split(secret).join(HIDDEN), text);
  for (let found = shapeIn(hidden); found !== undefined; found = shapeIn(hidden)) { hidden = hidden.split(found.text).join(HIDDEN); }
  return hidden;
}
