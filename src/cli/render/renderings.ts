import * as path from 'path';
import { Chart } from './charts';
import { RenderedFolder } from './rendered-folder';
import { findProgram, Limits, runProgram } from './run-program';
import { Layers, ReadProblem } from '../../cluster';
import { LintNote } from '../../report';
import { hideSecretsOfSource } from '../../secrets';
import { counted } from '../../text';
import { Kustomizations } from '../input/kustomizations';
import { ManifestFile } from '../input/manifest-files';

/** What a person asks of rendering. */
export interface RenderOptions {
  /** Whether Kustomizations may name what is fetched from the net. */
  readonly mayFetch: boolean;
  /** For charts that ask for the version of the cluster. */
  readonly kubernetes?: string;
}

/** Where a run tells what it does and what it could not do. */
export interface RenderLog {
  readonly problems: ReadProblem[];
  readonly notes: LintNote[];
  /** Tells what is run, before it is. */
  say(text: string): void;
}

const NOT_RENDERED = 'not rendered';

const LIMITS: Limits = { seconds: 60, bytes: 64 * 1024 * 1024, net: false };

/** A clone takes longer than reading a folder. */
const LIMITS_OF_FETCHING: Limits = { ...LIMITS, seconds: 300, net: true };

/** One folder to render, by the file that makes it one. */
interface Task {
  readonly by: string;
  readonly args: readonly string[];
  covers(file: string): boolean;
}

/** A kind of folder that a program renders. */
interface Renderer {
  readonly what: string;
  readonly programs: readonly string[];
  /** The words behind the name of each program. */
  readonly instead: string;
  readonly tasks: readonly Task[];
}

/**
 * Has the person's own programs render the Kustomizations that no other takes, and the charts that are in no other.
 * What is not rendered is told, and is read as it would be without.
 */
export function renderedFolders(
  kustomizations: Kustomizations, layers: Layers, charts: readonly Chart[], options: RenderOptions, log: RenderLog,
  files: readonly ManifestFile[],
): RenderedFolder[] {
  const included = new Set(files.map(({ file }) => file));
  const limits = options.mayFetch ? LIMITS_OF_FETCHING : LIMITS;
  const version = options.kubernetes === undefined ? [] : ['--kube-version', options.kubernetes];
  const renderers: Renderer[] = [{
    what: 'Kustomization',
    programs: ['kubectl', 'kustomize'],
    instead: 'kubectl or kustomize',
    tasks: kustomizations.roots()
      .filter(root => included.has(root) && isLocal(root, kustomizations, layers, options, log))
      .map(by => ({
        by,
        args: [],
        covers: file => path.resolve(file) === path.resolve(by) || layers.takes(by, file),
      })),
  }, {
    what: 'chart',
    programs: ['helm'],
    instead: 'helm',
    tasks: charts.map(chart => ({ by: chart.file, args: version, covers: file => chart.covers(file) })),
  }];
  return renderers.flatMap(renderer => rendered(renderer, layers, limits, log));
}

/** What each program is told to do with the folder that it runs in; no flag for plugins, Helm or functions. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  kubectl: ['kustomize', '.'], kustomize: ['build', '.'], helm: ['template', '.'],
};

function rendered(renderer: Renderer, layers: Layers, limits: Limits, log: RenderLog): RenderedFolder[] {
  const { what, programs, instead, tasks } = renderer;
  if (tasks.length === 0) { return []; }
  const program = findProgram(programs);
  if (program === undefined) {
    const others = tasks.length === 1 ? '' : ` and ${counted(tasks.length - 1, 'other')}`;
    log.problems.push({
      file: tasks[0].by,
      line: 1,
      title: NOT_RENDERED,
      message: `--render needs ${instead} on the PATH for this ${what}${others}, and it is not there; install it, or `
        + 'leave --render out: the files were now read as they are',
    });
    return [];
  }
  return tasks.flatMap(task => {
    const folder = path.dirname(task.by);
    const args = [...COMMANDS[program.name], ...task.args];
    log.say(`in ${folder}: ${program.file} ${args.join(' ')}`);
    const outcome = runProgram(program.file, args, folder, limits);
    if (outcome.ok) { return [new RenderedFolder(task.by, outcome.output, layers, each => task.covers(each))]; }
    const printed = excerpt(outcome.printed ?? '');
    log.problems.push({
      file: task.by,
      line: 1,
      title: NOT_RENDERED,
      message: `${program.name} ${args.join(' ')} ${outcome.reason}${printed === '' ? '' : `: ${printed}`}; `
        + `the files were now read as they are, without rendering${wayOut(program.name, outcome.printed)}`,
    });
    return [];
  });
}

/** What a person may do about it, where that is plain. */
function wayOut(program: string, printed = ''): string {
  return program === 'helm' && /missing in charts\/|helm dependency/.test(printed)
    ? '; fetch what the chart depends on with helm dependency build, then lint again'
    : '';
}

/** The most that a message repeats of what a program printed. */
const LONGEST_EXCERPT = 400;

/** Who says it, and when, as kubectl puts before its own errors. */
const KLOG = /^E\d{4} [\d:.]+ +\d+ run\.go:\d+\] "command failed" err=/;

function excerpt(printed: string): string {
  const lines = printed.replace(KLOG, '').split(/\r?\n/).map(each => each.trim()).filter(each => each !== '');
  const text = hideSecretsOfSource(printed, lines.join(' '));
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)} ...` : text;
}

/** Whether a Kustomization, with all that it takes, needs nothing that is not asked for; told where it does. */
function isLocal(
  root: string, kustomizations: Kustomizations, layers: Layers, { mayFetch }: RenderOptions, log: RenderLog,
): boolean {
  const tell = (message: string) => {
    log.notes.push({ file: root, line: 1, message: `${message}; it was read as it is`, title: NOT_RENDERED });
    return false;
  };
  const [chart] = kustomizations.withCharts(root, layers);
  if (chart !== undefined) {
    return tell(`${chart} has helmCharts, which kustomize renders with --enable-helm alone; lint runs it without, `
      + 'since that starts one more program: render it yourself and give lint the output');
  }
  const [remote] = mayFetch ? [] : kustomizations.remotes(root, layers);
  return remote === undefined || tell(`it takes ${remote} from the net; --fetch lets it`);
}
