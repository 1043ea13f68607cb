import { findSecrets, secretsOf } from './find-secrets';
import { isSecretName } from './secret-names';
import { shapesIn } from './secret-shapes';

/** What stands in messages instead of a secret. */
const HIDDEN = '(not shown)';

/** Shorter ones stand in half of all words, and are nobody's secret. */
const SHORTEST = 4;

/** Secrets by their first characters, so that a text is gone through once, however many there are. */
type Index = ReadonlyMap<string, readonly string[]>;

/**
 * A text without the secrets that it is known to have, and without those that their shape or their name in it gives
 * away.
 * @param text a message
 * @param known secrets that may stand in it
 */
export function hideSecrets(text: string, known: readonly string[] = []): string {
  const secrets = [...known, ...shapesIn(text), ...findSecrets(text).map(secret => secret.text)];
  return secrets.length === 0 ? text : without(text, indexOf(secrets));
}

const indexes = new WeakMap<object, Index>();

/** A text about a manifest without the secrets of that manifest, and without those that their shape gives away. */
export function hideSecretsOf(manifest: object, text: string): string {
  let index = indexes.get(manifest);
  if (index === undefined) { indexes.set(manifest, index = indexOf(secretsOf(manifest).map(secret => secret.text))); }
  return hideSecrets(index.size === 0 ? text : without(text, index));
}

/** `password: hunter2`, `- password: hunter2`, and the two lines of a variable with its value. */
const NAMED = /^[ \t]*(?:-[ \t]+)?["']?([\w./-]+)["']?[ \t]*:[ \t]*(\S.*)?$/;

/**
 * A message about a text that could not be read, such as YAML with an alias that nothing anchors, without what the text
 * says behind the name of a secret: the message may repeat any of it.
 */
export function hideSecretsOfSource(source: string, message: string): string {
  const secrets: string[] = [];
  let variable: string | undefined;
  for (const line of source.split(/\r\n|\r|\n/)) {
    const [, key, value] = NAMED.exec(line) ?? [];
    if (value === undefined) { continue; }
    if (isSecretName(key, 'field')
      || (key === 'value' && variable !== undefined && isSecretName(variable, 'variable'))) {
      secrets.push(value, ...value.match(/[^\s"'*&!|>[\]{},]+/g) ?? []);
    }
    variable = key === 'name' ? value.replace(/["']/g, '').trim() : variable;
  }
  return hideSecrets(message, secrets);
}

function indexOf(secrets: readonly string[]): Index {
  const index = new Map<string, string[]>();
  for (const secret of new Set(secrets)) {
    if (secret.length < SHORTEST) { continue; }
    const start = secret.slice(0, SHORTEST);
    const others = index.get(start);
    if (others === undefined) { index.set(start, [secret]); } else { others.push(secret); }
  }
  for (const others of index.values()) { others.sort((a, b) => b.length - a.length); }
  return index;
}

function without(text: string, index: Index): string {
  const pieces: string[] = [];
  let [shownTo, hiddenTo] = [0, 0];
  for (let at = 0; at + SHORTEST <= text.length; at++) {
    const secrets = index.get(text.slice(at, at + SHORTEST));
    const length = secrets && lengthAt(text, at, secrets);
    if (length === undefined) { continue; }
    if (at >= hiddenTo) { pieces.push(text.slice(shownTo, at), HIDDEN); }
    shownTo = hiddenTo = Math.max(hiddenTo, at + length);
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(shownTo);
}

/** What a message cuts a long value off with (`shown` in src/text). */
const CUT = '...';

/** How much of a text is one of the secrets, or the beginning of one that the message cuts off. */
function lengthAt(text: string, at: number, secrets: readonly string[]): number | undefined {
  const whole = secrets.find(secret => text.startsWith(secret, at));
  if (whole !== undefined) { return whole.length; }
  const end = text.indexOf(CUT, at);
  return end >= at + SHORTEST && secrets.some(secret => secret.startsWith(text.slice(at, end))) ? end - at : undefined;
}
