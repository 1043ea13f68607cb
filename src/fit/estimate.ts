/** What a figure is at least, what is expected, and what it is at most. In bytes unless said otherwise. */
export interface Estimate {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/** A part of what a model needs, in bytes. */
export interface Part extends Estimate {
  readonly name: string;
  readonly source: string;
}

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;

export function between(least: number, expected: number, most: number): Estimate {
  return { least, expected, most };
}

export function exactly(value: number): Estimate {
  return { least: value, expected: value, most: value };
}

export function inGib({ least, expected, most }: Estimate): Estimate {
  return { least: least * GIB, expected: expected * GIB, most: most * GIB };
}

export function part(name: string, { least, expected, most }: Estimate, source: string): Part {
  return { name, least, expected, most, source };
}

export function sum(estimates: Estimate[]): Estimate {
  const of = (key: keyof Estimate) => estimates.reduce((total, each) => total + each[key], 0);
  return { least: of('least'), expected: of('expected'), most: of('most') };
}
