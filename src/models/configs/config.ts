/** An object of a config file. */
export type Config = Readonly<Record<string, unknown>>;

/** Numbers above this are no size of a model: every figure and product of figures stays a whole number. */
const LARGEST = 1e12;

/**
 * Reads a JSON object as model configs have it: Python writes `Infinity`, `-Infinity` and `NaN` bare, which JSON does
 * not know.
 * @throws when it is no JSON object, without quoting it
 */
export function parseConfig(text: string): Config {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('the config is not a JSON object');
  }
  return value as Config;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch { /* perhaps Python's */ }
  try {
    return JSON.parse(withoutBareNumbers(text));
  } catch (error) {
    const place = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new Error(
      `the config is not JSON${place === undefined ? '' : `: it ends to make sense at character ${place}`}`,
      { cause: error },
    );
  }
}

/** Bare numbers that JSON lacks become null, outside of strings. */
function withoutBareNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:Infinity|NaN)\b/g, found => (found.startsWith('"') ? found : 'null'));
}

/** A part of a config, with its place for messages. Values that are null count as left out. */
export class ConfigReader {
  public constructor(public readonly config: Config, private readonly place: string) {}

  /** A positive whole number under the first of these keys that is there. */
  public need(...keys: string[]): number {
    const value = this.number(...keys);
    if (value === undefined) {
      throw new Error(`the ${this.place} config has no ${keys[0]}, on which its memory depends`);
    }
    return value;
  }

  /** The same; undefined when none is there. */
  public number(...keys: string[]): number | undefined {
    return this.checked(keys, value => value > 0, 'a positive whole number');
  }

  /** A whole number from 0. */
  public count(...keys: string[]): number | undefined {
    return this.checked(keys, value => value >= 0, 'a whole number from 0');
  }

  /** A number above 0, whole or not. */
  public factor(key: string): number | undefined {
    const value = this.value(key);
    return typeof value === 'number' && value > 0 && value < LARGEST ? value : undefined;
  }

  public flag(key: string): boolean | undefined {
    const value = this.value(key);
    return typeof value === 'boolean' ? value : undefined;
  }

  public text(key: string): string | undefined {
    const value = this.value(key);
    return typeof value === 'string' ? value : undefined;
  }

  public list(key: string): readonly unknown[] | undefined {
    const value = this.value(key);
    return Array.isArray(value) ? value : undefined;
  }

  public part(key: string): ConfigReader | undefined {
    const value = this.value(key);
    return isConfig(value) ? new ConfigReader(value, `${this.place}.${key}`) : undefined;
  }

  public has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  /** The same config with other values. */
  public with(change: Config): ConfigReader {
    return new ConfigReader({ ...this.config, ...change }, this.place);
  }

  private checked(keys: string[], holds: (value: number) => boolean, wanted: string): number | undefined {
    const key = keys.find(each => this.value(each) !== undefined);
    if (key === undefined) { return undefined; }
    const value = this.value(key);
    if (typeof value !== 'number' || !Number.isInteger(value) || value >= LARGEST || !holds(value)) {
      throw new Error(`the ${this.place} config has ${key} ${shown(value)}; it must be ${wanted}`);
    }
    return value;
  }

  private value(key: string): unknown {
    return Object.hasOwn(this.config, key) ? this.config[key] ?? undefined : undefined;
  }
}

export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of somebody's file, short, and only if it is no longer text that might say more than it should. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 24 ? text : `of kind ${Array.isArray(value) ? 'list' : typeof value}`;
}

export function withoutNulls(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== undefined));
}
