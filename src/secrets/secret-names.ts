import { isWholePlaceholder } from '../text';

/** How the thing is used that has a name: a variable, a header, or a field, label, annotation or flag. */
export type Naming = 'variable' | 'header' | 'field';

const ANYWHERE = 'token|passphrase|api_?key|secret_?key|secret_access_key|private_?key|signing_key|client_secret';

/** Written without a gap too: `PGPASSWORD`, `HFTOKEN`. */
const GLUED = '(?:password|passwd)|(?:hf|ngc|gh|api|auth|access|bearer)token';

/**
 * In a field or an annotation, `...Secret`, `...credentials` and `accessKey` name the object that holds them, or a
 * user.
 */
const NAMES: Readonly<Record<Naming, RegExp>> = {
  variable: new RegExp(`(?:^|_)(?:${ANYWHERE}|secret|credentials?|pass|access_key|encryption_key|account_key)$|(?:${GLUED})$|.(?:^|_)pwd$`),
  header: new RegExp(`(?:^|_)(?:${ANYWHERE}|secret|authorization|cookie)$|(?:${GLUED})$`),
  field: new RegExp(`(?:^|_)(?:${ANYWHERE})$|(?:${GLUED})$`),
};

/** Words of a language model's vocabulary: `EOS_TOKEN`, `--stop-token`. */
const VOCABULARY = /(?:^|_)(?:bos|eos|pad|unk|sep|cls|mask|stop|start|end|special|image|max|min|num|per)_token$/;

/** Part of each of them: most names have none of it, and are looked at no further. */
const HINT = /token|pass|pwd|key|secret|cred|auth|cookie/i;

/** Part of the names of secrets, and of little else. */
const TELLING
  = /token|passw|passphrase|pass[^a-z]|pwd|(?:api|access|private|signing|encryption|account)[^a-z0-9]*key|secret|credential|authorization|cookie|sig(?:nature)?=/i;

/** Whether a name of a secret may be somewhere in a text: quick, and right where it says no. */
export function mayNameSecret(text: string): boolean {
  return TELLING.test(text);
}

/** Whether what has this name is a secret. */
export function isSecretName(name: string, naming: Naming): boolean {
  if (!HINT.test(name)) { return false; }
  const words = name.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return NAMES[naming].test(words) && !VOCABULARY.test(words);
}

/** Nothing, a switch, or what people write where the reader is to put the value. */
const NO_VALUE = new RegExp([
  '\\s*', 'true|false|yes|no|on|off|none|null|0|1',
  'empty|dummy|redacted|unused|change[-_]?me|to[-_]?do|x{3,}|\\*{3,}|\\.{3}',
  '(?:your|my|replace|insert|placeholder|example|fake|dummy|not)[-_ ].*|placeholder',
  // servers of the OpenAI API that ask for no key: clients refuse an empty one, so something stands there
  '(?:sk-|key-|token-)?no[-_ ]?(?:key|token|auth|api[-_ ]?key)?(?:[-_ '
    + ']?(?:required|needed|necessary))?|n/a|ollama|lm[-_ ]?studio|localai',
  '(?:sk-|hf_|nvapi-|gh[pousr]_|glpat-)(?:x{3,}|\\*{3,}|\\.{3}|(?:your|my|dummy|fake|placeholder|example|replace)(?:[-_ ].*)?)',
].map(each => `^(?:${each})$`).join('|'), 'i');

/**
 * What another program fills in, if it is not all of the value. A password may begin with a dollar sign and mix
 * capitals and small letters.
 */
const FILLED_IN = /\$\(|\$\{|\{\{/;

const MIXED_AFTER_DOLLAR = /^\$(?=.*[a-z])(?=.*[A-Z0-9])/;

const PATH = /^(?:\.{1,2}|~)?(?:\/[\w.@-]+)*\/?$/;

/**
 * Whether a value under such a name is one: neither empty nor a switch, and neither filled in elsewhere nor the path of
 * a file.
 */
export function mayBeSecret(name: string, value: string): boolean {
  const bare = value.replace(/^(["'])(.*)\1$/s, '$2');
  const isFilledIn = FILLED_IN.test(bare) || (isWholePlaceholder(bare) && !MIXED_AFTER_DOLLAR.test(bare));
  if (NO_VALUE.test(bare) || isFilledIn || bare.toLowerCase() === name.toLowerCase()) { return false; }
  return !PATH.test(bare) || bare.split('/').some(isRandom);
}

/** Whether a part of a path is no name of a folder. */
function isRandom(part: string): boolean {
  return part.length >= 16 && /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part);
}
