import { claimsGpus, ClusterModel, ReadProblem } from '../../cluster';
import { Versions } from '../../releases';
import { LintNote, LintResult, Understood } from '../../report';
import { Finding, runRules } from '../../rules';
import { LintConfig } from '../input/lint-config';
import { readCluster, ReadTally } from '../input/read-cluster';
import { templateNotes } from '../input/template-notes';
import { chartsIn } from '../render/charts';
import { renderedFolders } from '../render/renderings';
import { Progress } from '../shell/progress';
import { Terminal } from '../shell/terminal';

/** How a run takes what it reads. */
export interface LintOptions {
  readonly versions: Versions;
  /** Whether every path is a cluster of its own. */
  readonly separate: boolean;
  /** Whether all paths are of one cluster, whatever folder a file stands in. */
  readonly together: boolean;
  /** Whether objects that say nothing about GPUs are held to their fields too. */
  readonly strict: boolean;
  /** Whether a template that is no YAML is an error. */
  readonly strictReading: boolean;
  readonly config: LintConfig;
  /** Whether the person's own programs render folders. */
  readonly render: boolean;
  /** Whether they may fetch what a Kustomization names of the net. */
  readonly mayFetch: boolean;
}

/** What a run found, and what it could not or need not read. */
export interface LintRun extends LintResult {
  readonly notes: readonly LintNote[];
}

/** Reads the manifests at paths and runs the rules over them. */
export function runLint(paths: readonly string[], terminal: Terminal, options: LintOptions): LintRun {
  const { versions, separate, together, strict, strictReading, config, mayFetch } = options;
  const templates: ReadProblem[] = [];
  const notes: LintNote[] = [];
  const findings: Finding[] = [];
  const tally: ReadTally = { files: 0, documents: 0, problems: [], ...!strictReading && { templates } };
  const understood = { objects: 0, askForGpus: 0, clusterPolicies: 0 };
  const progress = new Progress(terminal);
  const ordered = [...paths].sort();
  for (const cluster of separate ? ordered.map(each => [each]) : [ordered]) {
    const log = { problems: tally.problems, notes, say: (text: string) => sayRun(text, terminal, progress) };
    const model = readCluster(cluster, versions, tally, terminal, progress, {
      config,
      areTogether: separate || together,
      isStrict: strict,
      ...options.render && {
        render: (kustomizations, layers, read) => renderedFolders(
          kustomizations, layers, chartsIn(read), { mayFetch, kubernetes: versions.kubernetes }, log, read),
      },
    });
    findings.push(...runRules(model));
    addTo(understood, model);
    notes.push(...model.unknownReleases.map(message => ({ file: cluster[0], line: 1, message, title: 'release' })));
  }
  progress.end();
  const { files, documents, problems } = tally;
  if (files === 0 && problems.length === 0) { notes.push(...ordered.map(nothingRead)); }
  return { findings, problems, files, documents, notes: [...templateNotes(templates), ...notes], understood };
}

/** A path without manifests is likely to be a wrong one. */
function nothingRead(file: string): LintNote {
  return {
    file,
    line: 1,
    title: 'nothing read',
    message: 'there is no *.yaml, *.yml or *.json here that lint reads, so nothing was checked; look at the path, and '
      + 'at paths in the config file',
  };
}

/** Nothing is run that a person does not see. */
function sayRun(text: string, terminal: Terminal, progress: Progress): void {
  progress.end();
  terminal.err(`cdk8s-gpu: ${text}`);
}

function addTo(understood: { -readonly [key in keyof Understood]: Understood[key] }, model: ClusterModel): void {
  understood.objects += model.objects;
  understood.clusterPolicies += model.policies.length;
  const asking = model.workloads.filter(each => asksForGpus(each) || claimsGpus(model, each));
  understood.askForGpus += new Set(asking.map(({ document }) => document)).size;
}

function asksForGpus({ containers }: ClusterModel['workloads'][number]): boolean {
  return containers.some(({ limits, requests }) =>
    Object.keys({ ...requests, ...limits }).some(name => /^nvidia\.com\/(?:gpu|mig-)/.test(name)));
}
