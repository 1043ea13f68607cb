import { plainText } from './fields';

const QUANTITY = /^([-+]?)(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Whether a value is a number that Kubernetes reads as a quantity (apimachinery pkg/api/resource/quantity.go). */
export function isQuantity(value: unknown): boolean {
  return QUANTITY.test(plainText(value));
}

/** Whether a quantity is more than zero; undefined for what is none. */
export function isPositive(quantity: unknown): boolean | undefined {
  if (!isQuantity(quantity)) { return undefined; }
  return /[1-9]/.test(plainText(quantity).split(/[eE]/)[0]) && !plainText(quantity).startsWith('-');
}

/**
 * The number that a quantity stands for, such as 2 for `2`, `2.0` and `2000m`, not exact beyond 2^53; undefined for
 * what is none.
 */
export function quantityOf(quantity: unknown): number | undefined {
  const [, sign, digits, unit = ''] = QUANTITY.exec(plainText(quantity)) ?? [];
  if (digits === undefined) { return undefined; }
  const exponent = Object.hasOwn(DECIMAL, unit) ? DECIMAL[unit] : /^[eE][-+]?\d/.test(unit) ? Number(unit.slice(1)) : 0;
  return Number(`${sign}${digits}e${exponent}`) * 2 ** (10 * (BINARY.indexOf(unit) + 1));
}

/**
 * A quantity as Kubernetes prints it (quantity.go CanonicalizeBytes): without a fraction, in the largest unit of its
 * kind. Undefined for what is none, and for forms that nobody writes for memory (below one, negative, with an
 * exponent).
 */
export function canonicalQuantity(quantity: unknown): string | undefined {
  const [, sign, digits, unit = ''] = QUANTITY.exec(plainText(quantity)) ?? [];
  const amount = quantityOf(quantity);
  if (digits === undefined
    || sign === '-'
    || /^[eEnum]/.test(unit) && unit !== 'E'
    || amount === undefined
    || !Number.isSafeInteger(amount)) { return undefined; }
  const [step, units] = unit.endsWith('i') ? [1024, BINARY] : [1000, ['k', 'M', 'G', 'T', 'P', 'E']];
  let [number, index] = [amount, -1];
  while (number !== 0 && number % step === 0 && index < units.length - 1) {
    [number, index] = [number / step, index + 1];
  }
  return `${number}${units[index] ?? ''}`;
}
