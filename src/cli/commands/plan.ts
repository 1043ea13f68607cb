import { performance } from 'perf_hooks';
import type { Argv, CommandModule } from 'yargs';
import { FLEET_SCHEMA, GpuFleet, GpuPlanResult, GpuPlanStatus, PlanProgress, readFleet, startPlan, UnreadableFleet } from '../../planning';
import { planJson, planText } from '../../report';
import { reasonOf, STANDARD_INPUT } from '../input/manifest-files';
import { readFile } from '../input/read-file';
import { Progress } from '../shell/progress';
import { Terminal, UsageError } from '../shell/terminal';

interface PlanArguments {
  fleet?: string;
  format?: string;
  timeLimit?: number;
  schema?: boolean;
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
      .positional('fleet', { type: 'string', describe: 'YAML or JSON file of boards and workloads, - for standard input' })
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .option('time-limit', { type: 'number', default: DEFAULT_SECONDS, describe: 'seconds after which the best plan so far is printed with its gap' })
      .option('schema', { type: 'boolean', default: false, describe: 'print the JSON Schema of a fleet file' })
      .example('$0 plan fleet.yaml', 'layouts, placement, and what whole boards would cost')
      .example('$0 plan fleet.yaml --format json', 'status, cost, lower bound, gap, layouts, assignments and baselines')
      .example('$0 plan --schema > fleet.schema.json', 'for an editor that checks YAML')
      .epilogue('Exit code: 0 a plan, 1 no plan exists (the reason is printed), 2 wrong usage, 4 the time limit or Ctrl-C ended the search (the gap is printed).') as
      Argv<PlanArguments>,
    handler: async args => {
      if (args.schema) { terminal.out(JSON.stringify(FLEET_SCHEMA, null, 2)); return; }
      if (args.fleet === undefined) { throw new UsageError('plan needs a fleet file; cdk8s-gpu plan --help shows how it is called'); }
      if (!(args.timeLimit! > 0)) { throw new UsageError(`--time-limit is a number of seconds above 0, got ${args.timeLimit}`); }
      const fleet = readFleetFile(args.fleet, terminal);
      const started = performance.now();
      const { plan, isStopped } = await solve(fleet, started + args.timeLimit! * 1000, terminal);
      const solveMs = Math.round(performance.now() - started);
      terminal.out(args.format === 'json' ? JSON.stringify(planJson(plan, { solveMs }), null, 2) : planText(plan));
      terminal.exitCode = plan.status === GpuPlanStatus.INFEASIBLE ? EXIT_INFEASIBLE : isStopped && !plan.optimal ? EXIT_TIME_LIMIT : 0;
    },
  };
}

function readFleetFile(file: string, terminal: Terminal): GpuFleet {
  try {
    const pieces = file === STANDARD_INPUT ? terminal.readInput() : readFile(file);
    return readFleet([...pieces].join(''), file);
  } catch (error) {
    if (error instanceof UnreadableFleet) { throw new UsageError(error.message); }
    if ((error as NodeJS.ErrnoException).code !== undefined) { throw new UsageError(`${file}: ${reasonOf(error as NodeJS.ErrnoException)}`); }
    throw error;
  }
}

/** Searches until it is done, the time is up or Ctrl-C is pressed, which ends the search and not the program. */
async function solve(fleet: GpuFleet, deadline: number, terminal: Terminal): Promise<{ plan: GpuPlanResult; isStopped: boolean }> {
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
      progress.tell(() => `${cost === Infinity ? 'no plan yet' : `best plan ${cost}`}, lower bound ${lowerBound}, ${steps} steps; Ctrl-C prints the best so far`);
      await new Promise(resolve => { setImmediate(resolve); });
    }
  } finally {
    process.removeListener('SIGINT', interrupt);
    progress.end();
  }
}
