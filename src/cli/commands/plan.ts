import * as fs from 'fs';
import * as path from 'path';
import { performance } from 'perf_hooks';
import type { Argv, CommandModule } from 'yargs';
import {
  arrivalsOfPlan, boardsOfPlan, FLEET_SCHEMA, GpuArrivalResult, GpuFleet, GpuPlanResult, GpuPlanStatus, PlanProgress,
  readArrivals, readFleet, shuffled, simulateArrivals, startPlan, UnreadableFleet,
} from '../../planning';
import { arrivalsText, planJson, planMarkdown, planPage, planSvg, planText } from '../../report';
import { jsonText } from '../../text';
import { benchmarkReport } from '../input/benchmark-report';
import { FilesWithin } from '../input/files-within';
import { STANDARD_INPUT } from '../input/manifest-files';
import { readFile, wholeText } from '../input/read-file';
import { writeOut } from '../input/write-out';
import { whyUnread } from '../shell/file-errors';
import { Progress } from '../shell/progress';
import { Terminal, UsageError } from '../shell/terminal';

interface PlanArguments {
  fleet?: string;
  format?: string;
  out?: string;
  against?: string;
  timeLimit?: number;
  schema?: boolean;
  arrivals?: string;
  seed?: number;
}

/** So long it searches when nobody says otherwise. */
const DEFAULT_SECONDS = 60;
/** So long it searches before it looks whether somebody wants it to stop. */
const SLICE_MS = 50;

const EXIT_INFEASIBLE = 1;
const EXIT_TIME_LIMIT = 4;

/** `cdk8s-gpu plan FLEET.yaml`. Exit code 0 a plan, 1 none exists, 2 usage, 4 the time limit ended the search. */
export function planCommand(terminal: Terminal): CommandModule<object, PlanArguments> {
  return {
    command: 'plan [fleet]',
    describe: 'Find the cheapest boards and layouts for a fleet of models, with a proof',
    builder: (yargs: Argv) => yargs
      .positional('fleet', {
        type: 'string',
        describe: 'YAML or JSON file of boards and workloads, - for standard input',
      })
      .option('format', {
        choices: Object.keys(FORMATS),
        default: 'text',
        describe: 'for people, for scripts, a page, a picture, or Markdown for a pull request',
      })
      .option('out', { type: 'string', describe: 'file to write (default: standard output)' })
      .option('against', {
        type: 'string',
        describe: 'another fleet file: with --format md, what changes from its plan to this one',
      })
      .option('time-limit', {
        type: 'number',
        default: DEFAULT_SECONDS,
        describe: 'seconds after which the best plan so far is printed with its gap',
      })
      .option('arrivals', {
        type: 'string',
        describe: 'a file of arrivals, or random: what first fit makes of the boards when slices are '
          + 'cut as they are asked for',
      })
      .option('seed', { type: 'number', default: 1, describe: 'which random order' })
      .option('schema', { type: 'boolean', default: false, describe: 'print the JSON Schema of a fleet file' })
      .example('$0 plan fleet.yaml', 'layouts, placement, and what whole boards would cost')
      .example('$0 plan fleet.yaml --format json', 'status, cost, lower bound, gap, layouts, assignments and baselines')
      .example('$0 plan fleet.yaml --format html --out plan.html', 'the boards to scale, against baselines and bound')
      .example('$0 plan fleet.yaml --format md --against old.yaml', 'what a pull request changes')
      .example('$0 plan fleet.yaml --arrivals random --seed 7', 'what a scheduler reaches of what the plan promises')
      .example('$0 plan --schema > fleet.schema.json', 'for an editor that checks YAML')
      .epilogue('Exit code: 0 a plan, 1 no plan exists (the reason is printed), 2 wrong usage, 4 the time limit or '
        + 'Ctrl-C ended the search (the gap is printed).') as
      Argv<PlanArguments>,
    handler: async args => {
      if (args.schema) { terminal.out(jsonText(FLEET_SCHEMA)); return; }
      if (args.fleet === undefined) {
        throw new UsageError('plan needs a fleet file; cdk8s-gpu plan --help shows how it is called');
      }
      if (args.against !== undefined && args.format !== 'md') {
        throw new UsageError('--against compares two plans in Markdown: give --format md too');
      }
      if (!(args.timeLimit! > 0)) {
        throw new UsageError(`--time-limit is a number of seconds above 0, got ${args.timeLimit}`);
      }
      const file = args.fleet;
      const seed = args.seed!;
      const fleet = fleetIn(file, terminal);
      if (!Number.isSafeInteger(seed) || seed < 0) {
        throw new UsageError(`--seed is a whole number from 0, got ${seed}`);
      }
      const started = performance.now();
      const { plan, isStopped } = await solve(fleet, started + args.timeLimit! * 1000, terminal);
      const solveMs = Math.round(performance.now() - started);
      const { arrivals: series } = args;
      const arrivals = series === undefined || plan.gpus === 0
        ? undefined
        : asUsage(() => arrivalsOf(plan, series, seed, terminal));
      const before = args.against === undefined ? undefined : await planOf(args.against, args.timeLimit!, terminal);
      writeOut(FORMATS[args.format!]({ plan, solveMs, arrivals, series, before }), args.out, terminal);
      terminal.exitCode = plan.status === GpuPlanStatus.INFEASIBLE
        ? EXIT_INFEASIBLE
        : isStopped && !plan.optimal
          ? EXIT_TIME_LIMIT
          : 0;
    },
  };
}

/** What a search found, as the formats show it. */
interface Solved {
  readonly plan: GpuPlanResult;
  readonly solveMs: number;
  readonly arrivals?: GpuArrivalResult;
  /** What `--arrivals` named. */
  readonly series?: string;
  /** The plan of the fleet file that `--against` names. */
  readonly before?: GpuPlanResult;
}

const FORMATS: Readonly<Record<string, (solved: Solved) => string>> = {
  text: ({ plan, arrivals }) =>
    [planText(plan), ...(arrivals === undefined ? [] : ['', arrivalsText(arrivals)])].join('\n'),
  json: ({ plan, solveMs, arrivals }) => jsonText(planJson(plan, { solveMs, arrivals })),
  html: solved => planPage(solved.plan, { arrivals: namedArrivals(solved) }),
  svg: ({ plan }) => planSvg(plan),
  md: solved => planMarkdown(solved.plan, { arrivals: namedArrivals(solved), before: solved.before }),
};

function namedArrivals({ arrivals, series }: Solved) {
  return arrivals === undefined ? [] : [{ label: series ?? '', result: arrivals }];
}

async function planOf(file: string, seconds: number, terminal: Terminal): Promise<GpuPlanResult> {
  const fleet = fleetIn(file, terminal);
  return (await solve(fleet, performance.now() + seconds * 1000, terminal)).plan;
}

function arrivalsOf(plan: GpuPlanResult, arrivals: string, seed: number, terminal: Terminal): GpuArrivalResult {
  const series = arrivals === 'random'
    ? shuffled(arrivalsOfPlan(plan), seed)
    : readArrivals(textOf(arrivals, terminal), arrivals, plan);
  try {
    return simulateArrivals(boardsOfPlan(plan), series);
  } catch (error) {
    throw new UsageError(`${arrivals}: ${(error as Error).message}`, { cause: error });
  }
}

/** The fleet of a file; reports that it names are sought from its folder on, and not outside of it. */
function fleetIn(file: string, terminal: Terminal): GpuFleet {
  const folder = file === STANDARD_INPUT ? '.' : path.dirname(file);
  const within = new FilesWithin(folder);
  return asUsage(() => readFleet(textOf(file, terminal), file, report => {
    const named = path.resolve(folder, report);
    if (fs.existsSync(named) && within.find(named) === undefined) {
      throw new Error('it is no file in the folder of the fleet file; copy it there');
    }
    return benchmarkReport([named], terminal);
  }));
}

function textOf(file: string, terminal: Terminal): string {
  try {
    return wholeText(file === STANDARD_INPUT ? terminal.readInput() : readFile(file));
  } catch (error) {
    throw new UsageError(`${file}: ${whyUnread(error as NodeJS.ErrnoException)}`);
  }
}

/** What cannot be read is the fault of whoever gave it. */
function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableFleet) { throw new UsageError(error.message); }
    throw error;
  }
}

/** Searches until it is done, the time is up or Ctrl-C is pressed, which ends the search and not the program. */
async function solve(
  fleet: GpuFleet,
  deadline: number,
  terminal: Terminal,
): Promise<{ plan: GpuPlanResult; isStopped: boolean }> {
  const run = startPlan(fleet, { maxSteps: Number.MAX_SAFE_INTEGER });
  const progress = new Progress(terminal);
  let isInterrupted = false;
  const interrupt = () => { isInterrupted = true; };
  process.once('SIGINT', interrupt);
  try {
    for (;;) {
      const pause = performance.now() + SLICE_MS;
      let state: PlanProgress | undefined;
      do { state = run.advance(); } while (state !== undefined && performance.now() < Math.min(pause, deadline));
      if (state === undefined) { return { plan: run.result(), isStopped: false }; }
      if (isInterrupted || performance.now() >= deadline) { return { plan: run.result(), isStopped: true }; }
      const { cost, lowerBound, steps } = state;
      progress.tell(() =>
        `${cost === Infinity ? 'no plan yet' : `best plan ${cost}`}, lower bound ${lowerBound}, ${steps} steps; `
          + 'Ctrl-C prints the best so far');
      await new Promise(resolve => { setImmediate(resolve); });
    }
  } finally {
    process.removeListener('SIGINT', interrupt);
    progress.end();
  }
}
