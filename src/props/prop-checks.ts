/** @throws when the number is none that Kubernetes takes there */
export function checkWhole(
  place: string,
  name: string,
  value: number | undefined,
  least: number,
  most: number = 2 ** 31 - 1,
): void {
  if (value === undefined) { return; }
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${place}: ${name} must be a whole number from `
      + `${least}${most < 2 ** 31 - 1 ? ` to ${most}` : ''}, got ${value}`);
  }
}

/** @throws when the number is no port */
export function checkPort(place: string, name: string, value: number | undefined): void {
  checkWhole(place, name, value, 1, 65535);
}

/** @throws when the text is no name of a namespace: a DNS label (apimachinery NameIsDNSLabel) */
export function checkNamespace(place: string, value: string | undefined): void {
  if (value !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)) {
    throw new Error(`${place}: namespace "${value}" is no name of a namespace: at most 63 lower `
      + 'case letters, digits and "-"');
  }
}

/** @throws when a text that is given says nothing */
export function checkText(place: string, name: string, value: string | undefined): void {
  if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) {
    throw new Error(`${place}: ${name} is empty; give it, or leave it out`);
  }
}

/** @throws when a text that must be given says nothing */
export function checkName(place: string, name: string, value: string): void {
  if (typeof value !== 'string' || value.trim() === '') { throw new Error(`${place}: ${name} is empty; give it`); }
}

/** @throws when the text is no quantity above zero (apimachinery pkg/api/resource/quantity.go) */
export function checkQuantity(place: string, name: string, value: string | undefined, rule: string = ''): void {
  if (value === undefined) { return; }
  const [, digits] = /^\+?((?:\d+(?:\.\d*)?|\.\d+))(?:[eE][-+]?\d+|[numkMGTPE]|[KMGTPE]i)?$/.exec(String(value)) ?? [];
  if (typeof value !== 'string' || digits === undefined || Number(digits) === 0) {
    throw new Error(`${place}: ${name} "${value}" is no quantity above `
      + `0${rule === '' ? '' : ` [${rule}]`}; write one such as 16Gi`);
  }
}

/** The props without those that are undefined, in the order of the keys given. */
export function given<T extends object>(props: T, ...keys: (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter(key => props[key] !== undefined).map(key => [key, props[key]]));
}
