import { Profiler, Session } from 'inspector';
import * as path from 'path';
import { setFlagsFromString } from 'v8';

/** How often each function of the library ran its blocks, and how many items native functions went through. */
export type Steps = ReadonlyMap<string, number>;

const SOURCES = path.join(__dirname, '..', '..', 'src') + path.sep;

/** Counts what code does, by V8's exact counts of its blocks: no clock, so a busy machine changes nothing. */
export class StepCounter {
  private readonly session = new Session();

  constructor() {
    setFlagsFromString('--no-opt'); // optimized code counts no calls
    setFlagsFromString('--no-flush-bytecode');
    this.session.connect();
    this.post('Profiler.enable');
    this.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  public close(): void {
    this.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
    setFlagsFromString('--opt');
    setFlagsFromString('--flush-bytecode');
  }

  public of(work: () => void): Steps {
    this.post('Profiler.takePreciseCoverage'); // forgets what was before
    const counts = new Map(countedNatively(work));
    const { result } = this.post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    for (const { url, functions } of result) {
      const file = url.replace('file://', '');
      if (!file.startsWith(SOURCES)) { continue; }
      for (const { functionName, ranges } of functions) {
        const name = `${file.slice(SOURCES.length)} ${functionName}@${ranges[0].startOffset}`;
        counts.set(name, (counts.get(name) ?? 0) + ranges.reduce((sum, { count }) => sum + count, 0));
      }
    }
    return counts;
  }

  private post(method: string, parameters?: object): unknown {
    let answer: unknown;
    this.session.post(method, parameters, (error, result) => {
      if (error !== null) { throw new Error(error.message); }
      answer = result;
    });
    return answer;
  }
}

/** What goes through a whole list, and is written in no code of ours: `[...list]` among it. */
const NATIVE = ['includes', 'indexOf', 'slice', 'concat', 'join', 'reverse', 'splice', 'shift'] as const;

function countedNatively(work: () => void): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string, count: number) => { counts.set(name, (counts.get(name) ?? 0) + count); };
  const prototype = Array.prototype as unknown as Record<PropertyKey, (...given: unknown[]) => unknown>;
  const names = [...NATIVE, Symbol.iterator];
  const originals = names.map(name => prototype[name]);
  const values = Object.values.bind(Object);
  names.forEach((name, index) => {
    prototype[name] = function (this: unknown[], ...given: unknown[]) {
      add(`Array ${String(name)}`, this.length);
      return originals[index].apply(this, given);
    };
  });
  const own = { keys: Object.keys, entries: Object.entries, values };
  for (const name of ['keys', 'entries'] as const) {
    Object[name] = (of: object) => {
      const found = own[name](of) as string[];
      add(`Object ${name}`, found.length);
      return found as never;
    };
  }
  try {
    work();
  } finally {
    names.forEach((name, index) => { prototype[name] = originals[index]; });
    Object.assign(Object, { keys: own.keys, entries: own.entries });
  }
  return counts;
}

/**
 * Functions whose steps grow by more than what they work on does: of n, 2n, 4n and 8n the last doubling adds far more
 * than twice what the one before it added. Sorting, which is n log n, stays below.
 */
export function superlinear(sizes: readonly Steps[]): string[] {
  const [, two, four, eight] = sizes;
  const of = (steps: Steps, name: string) => steps.get(name) ?? 0;
  return [...eight.keys()].filter(name => {
    const [before, last] = [of(four, name) - of(two, name), of(eight, name) - of(four, name)];
    return last > 2.6 * Math.max(before, 0) + 150;
  }).map(name => `${name}: ${sizes.map(steps => of(steps, name)).join(', ')}`);
}
