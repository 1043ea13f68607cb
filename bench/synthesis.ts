import * as fs from 'fs';
import * as path from 'path';
import { Comparison, compare, median, Ratio, ratioOf, run, Taken, temporary } from './cpu-of-process';

const SIDE = path.join(__dirname, 'synthesis-side.js');

interface Shape {
  readonly workloads: number;
  /** Whether each has an image and a setting of its own; otherwise they differ in their names. */
  readonly different?: boolean;
  readonly pools?: number;
  readonly charts?: number;
  /**
   * How often one process synthesizes, after once to warm up; without, the process itself is measured, loading
   * included.
   */
  readonly rounds?: number;
}

/** What the same objects cost with this library, over what they cost written by hand. */
function synthesis(shape: Shape, processes: number): Ratio {
  const placed = temporary('placed.json');
  fs.writeFileSync(
    placed,
    run([SIDE, 'placed', JSON.stringify({ ...shape, charts: 1, workloads: shape.pools ?? 10 })]).output,
  );
  const taken = compare(processes, [SIDE, 'library', JSON.stringify(shape)], [
    SIDE,
    'hand',
    JSON.stringify(shape),
    placed,
  ]);
  return ratioOf(shape.rounds === undefined ? taken : warm(taken));
}

/** Of each process what its rounds took. */
function warm({ ours, base }: Comparison): Comparison {
  const ofRounds = (taken: Taken) => ({ ...taken, cpuMs: median(JSON.parse(taken.output) as number[]) });
  return { ours: ours.map(ofRounds), base: base.map(ofRounds) };
}

export interface Row { readonly what: string; readonly aim?: number; measure(): Ratio }

export const SYNTHESIS: Row[] = [
  { what: '100 workloads, alike', aim: 1.5, measure: () => synthesis({ workloads: 100, rounds: 30 }, 5) },
  { what: '1,000 workloads, alike', aim: 1.15, measure: () => synthesis({ workloads: 1000, rounds: 5 }, 5) },
  { what: '10,000 workloads, alike', aim: 1.2, measure: () => synthesis({ workloads: 10_000, rounds: 1 }, 3) },
  {
    what: '1,000 workloads, all different',
    aim: 1.3,
    measure: () => synthesis({ workloads: 1000, different: true, rounds: 5 }, 5),
  },
  {
    what: '10,000 workloads, all different',
    aim: 1.3,
    measure: () => synthesis({ workloads: 10_000, different: true, rounds: 1 }, 3),
  },
  { what: '1,000 workloads on 500 pools', measure: () => synthesis({ workloads: 1000, pools: 500, rounds: 3 }, 3) },
  { what: '1,000 workloads in 200 charts', measure: () => synthesis({ workloads: 1000, charts: 200, rounds: 3 }, 3) },
  { what: '100 workloads in a cold process', aim: 1.5, measure: () => synthesis({ workloads: 100 }, 9) },
  { what: '1,000 workloads in a cold process', measure: () => synthesis({ workloads: 1000 }, 7) },
];
