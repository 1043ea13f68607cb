/**
 * The number that Kubernetes and the operands read a plain scalar as; undefined for what they leave as text: base-60
 * numbers, dates, numbers that are too large (go.yaml.in/yaml/v2 resolve.go).
 */
export function yamlNumberOf(text: string): number | undefined {
  const infinity = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  if (infinity) { return infinity[1] === '-' ? -Infinity : Infinity; }
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) { return NaN; }
  if (!/^[-+.\d]/.test(text)) { return undefined; }
  // underscores count only in what begins like a number
  const plain = text.startsWith('.') ? text.replace(/(\d)_(?=\d)/g, '$1') : text.replace(/_/g, '');
  return integerOf(plain) ?? decimalOf(plain);
}

/** Beside a sign an integer has 63 bits, else 64: the parser tries the one after the other. */
const MOST: Readonly<Record<string, bigint>> = { '': 2n ** 64n - 1n, '+': 2n ** 63n - 1n, '-': 2n ** 63n };

/** Integers that say their base; the parser lets a sign stand behind `0b` too. */
function integerOf(text: string): number | undefined {
  const [, sign, digits] = /^([-+]?)(0(?:[xX]0*[\da-fA-F]{1,16}|[bB][01]{1,64}|[oO]?0*[0-7]{1,22}))$/.exec(text)
    ?? /^0b([-+])([01]{1,64})$/.exec(text)
    ?? [];
  if (digits === undefined) { return undefined; }
  const base = text.startsWith('0b') ? `0b${digits.replace(/^0b/, '')}` : digits.replace(/^0(?=[0-7])/, '0o');
  const magnitude = BigInt(base);
  if (magnitude > MOST[sign]) { return undefined; }
  return (sign === '-' ? -1 : 1) * Number(magnitude);
}

function decimalOf(text: string): number | undefined {
  const value = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
  return Number.isFinite(value) ? value : undefined;
}
