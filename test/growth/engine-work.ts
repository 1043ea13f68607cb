/** How much the engine goes through by itself, where no code of ours is run: items of a list or a map, characters of a text. */
export class EngineWork {
  constructor(private readonly counts: Float64Array) {}

  /** Counts the whole of something, and gives it back. */
  public all<Value>(place: number, value: Value): Value {
    this.counts[place] += sizeOf(value);
    return value;
  }

  /** Calls a method, and counts what it went through. */
  public call(place: number, of: unknown, method: string, ...given: unknown[]): unknown {
    const result = (of as Record<string, (...all: unknown[]) => unknown>)[method](...given);
    this.counts[place] += workOf(of, method, given, result);
    return result;
  }
}

function workOf(of: unknown, method: string, given: readonly unknown[], result: unknown): number {
  if (typeof of === 'string') { return workOfText(of, method, given, result); }
  if (Array.isArray(of)) { return workOfList(of, method, given, result); }
  if (of instanceof RegExp) { return workOfExpression(of, String(given[0]), method, result); }
  if (of === Object || of === Array) { return sizeOf(method === 'assign' ? given[1] : given[0]); }
  return of === JSON ? sizeOf(method === 'parse' ? given[0] : result) : 0;
}

function workOfList(list: readonly unknown[], method: string, given: readonly unknown[], result: unknown): number {
  switch (method) {
    case 'indexOf': return result === -1 ? list.length : Number(result) + 1 - from(given);
    case 'lastIndexOf': return result === -1 ? list.length : list.length - Number(result);
    case 'includes': return (result === true ? list.indexOf(given[0], from(given)) + 1 : list.length) - from(given);
    case 'slice': return sizeOf(result);
    case 'concat': case 'flat': return sizeOf(result);
    case 'keys': case 'values': case 'entries': return 0;
    default: return list.length;
  }
}

/** A slice of a text costs nothing: the engine keeps the text and two numbers. */
function workOfText(text: string, method: string, given: readonly unknown[], result: unknown): number {
  switch (method) {
    case 'slice': case 'concat': return 0;
    case 'indexOf': return result === -1 ? text.length - from(given) : Number(result) + 1 - from(given);
    case 'includes': return result === true ? text.indexOf(String(given[0]), from(given)) + 1 - from(given) : text.length - from(given);
    case 'repeat': return sizeOf(result);
    case 'match': case 'search':
      return given[0] instanceof RegExp && !given[0].global
        ? workOfExpression(given[0], text, method, method === 'match' ? result : { index: result, 0: '' })
        : text.length;
    default: return text.length;
  }
}

const from = (given: readonly unknown[]) => Number(given[1] ?? 0);

/**
 * As if an expression read each character once: that none reads them again and again, `eslint-plugin-regexp` sees to. Where it ended is
 * seen by what it found; one that begins with `^` gives up where that does not match.
 */
function workOfExpression(expression: RegExp, text: string, method: string, result: unknown): number {
  if (method !== 'test' && method !== 'exec' && method !== 'match' && method !== 'search') { return 0; }
  if (expression.sticky || (expression.source.startsWith('^') && !expression.multiline)) { return 1 + foundLength(result); }
  if (expression.global) { return result === null || result === false ? text.length : foundLength(result) + 1; }
  if (result === null || result === false) { return text.length; }
  return typeof result === 'object' ? (result as { index: number }).index + foundLength(result) : (text.search(expression) + 1);
}

function foundLength(result: unknown): number {
  const found = (result as readonly unknown[] | null)?.[0];
  return typeof found === 'string' ? found.length : 0;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) { return value.length; }
  if (value instanceof Set || value instanceof Map) { return value.size; }
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null && !(Symbol.iterator in value)
    ? Object.keys(value).length
    : 0;
}
