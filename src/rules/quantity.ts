/** What stands for a factor behind a quantity (k8s.io/apimachinery pkg/api/resource/suffix.go). */
const FACTORS: Record<string, number> = {
  '': 1,
  'k': 1e3,
  'M': 1e6,
  'G': 1e9,
  'T': 1e12,
  'P': 1e15,
  'E': 1e18,
  'Ki': 2 ** 10,
  'Mi': 2 ** 20,
  'Gi': 2 ** 30,
  'Ti': 2 ** 40,
  'Pi': 2 ** 50,
  'Ei': 2 ** 60,
};
const DIVISORS: Record<string, number> = { m: 1e3, u: 1e6, n: 1e9 };

/** The number that a Kubernetes quantity stands for, such as 2 for `2`, `2.0` and `2000m`; undefined when it is none. */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === 'number') { return value; }
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|([KMGTPE]i|[numkMGTPE])?)$/.exec(String(value));
  if (match === null) { return undefined; }
  const [, digits, exponent, suffix = ''] = match;
  if (exponent !== undefined) { return Number(`${digits}e${exponent}`); }
  return suffix in DIVISORS ? Number(digits) / DIVISORS[suffix] : Number(digits) * FACTORS[suffix];
}
