/** How the thing is used that has a name: a variable, a header, or a field, label, annotation or flag. */
export type Naming = 'variable' | 'header' | 'field';

const ANYWHERE = 'token|password|passwd|passphrase|api_?key|secret_?key|secret_access_key|private_?key|client_secret';

/** In a field or an annotation, `...Secret` and `...credentials` name the object that holds them. */
const NAMES: Readonly<Record<Naming, RegExp>> = {
  variable: new RegExp(`(?:^|_)(?:${ANYWHERE}|secret|credentials?)$`),
  header: new RegExp(`(?:^|_)(?:${ANYWHERE}|secret|authorization|cookie)$`),
  field: new RegExp(`(?:^|_)(?:${ANYWHERE})$`),
};

/** Words of a language model's vocabulary: `EOS_TOKEN`, `--stop-token`. */
const VOCABULARY = /(?:^|_)(?:bos|eos|pad|unk|sep|cls|mask|stop|start|end|special|image|max|min|num|per)_token$/;

/** Part of each of them: most names have none of it, and are looked at no further. */
const HINT = /token|pass|key|secret|cred|auth|cookie/i;

/** Part of the names of secrets, and of little else. */
const TELLING = /token|passw|passphrase|(?:api|access|private)[^a-z0-9]*key|secret|credential|authorization|cookie/i;

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

/** Whether a value under such a name is one: neither empty nor a switch, and neither filled in elsewhere nor the path of a file. */
export function mayBeSecret(value: string): boolean {
  return !/^\s*$|^(?:true|false|yes|no|on|off|none|null|0|1)$|^["']?(?:\$|\{\{|<|\[)|^["']?\.{0,2}\//i.test(value);
}
