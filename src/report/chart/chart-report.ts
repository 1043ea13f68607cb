import { ChartFleet, chartFleetOf, ChartTenant } from './chart-fleet';
import { ClusterModel, Unseated, Waiting } from '../../cluster';
import { FitVerdict } from '../../fit';
import { Finding } from '../../rules';
import { hideSecrets } from '../../secrets';
import { counted } from '../../text';
import { gib } from '../board/board-view';
import { FleetSums, strandedInAll, strandedNote, sumsOf } from '../board/fleet';
import { KeyFigure } from '../page/html-page';
import { inDigits } from '../plots/scale';

/** What a report on a chart is made of. */
export interface ChartReportInput {
  /** What it is a report on, such as a folder. */
  readonly title: string;
  readonly model: ClusterModel;
  readonly findings: readonly Finding[];
}

/** A chart's boards, workloads and findings in words, for every form of the report. */
export interface ChartReport {
  readonly title: string;
  /** The answer in a sentence or two. */
  readonly lead: string;
  readonly figures: readonly KeyFigure[];
  readonly fleet: ChartFleet;
  readonly sums: FleetSums;
  /** What counts: findings that nobody accepted. */
  readonly open: readonly Finding[];
  readonly accepted: readonly Finding[];
}

/** What the report does not know, in every form of it. */
export const CHART_FOOTER = 'Drawn from the manifests alone. Pods stand on the first slice that is free; the '
  + 'scheduler may place them on other nodes of the '
  + 'same pool, and the driver may put a MIG device at another place on its board. Memory is the worst case that '
  + 'cdk8s-gpu computed for a model, '
  + 'or the measured figure of an annotation; the slice holds the lowest figure that was seen on real boards.';

/** Puts the report together. */
export function chartReport({ title, model, findings }: ChartReportInput): ChartReport {
  const fleet = chartFleetOf(model);
  const sums = sumsOf(fleet.pools);
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined);
  const accepted = findings.filter(({ acknowledged }) => acknowledged !== undefined);
  return { title, lead: leadOf(fleet, sums, open), figures: figuresOf(fleet, sums, open), fleet, sums, open, accepted };
}

function leadOf(
  { pools, tenants, unseated }: ChartFleet,
  { boards, idleBoards }: FleetSums,
  open: readonly Finding[],
): string {
  if (pools.length === 0) {
    return 'The manifests name no nodes with '
      + `GPUs${tenants.length + unseated.length === 0 ? '' : ', so nothing can be drawn'}.`;
  }
  if (boards === 0) { return 'The manifests do not say enough of their nodes to draw the GPUs.'; }
  const waiting = unseated.filter(({ why }) => why === 'full' || why === 'not offered')
    .reduce((sum, { pods }) => sum + pods, 0);
  const idle = idleBoards === 0
    ? 'none is free'
    : idleBoards === 1
      ? '1 is free'
      : `${inDigits(idleBoards, 0)} are free`;
  const errors = open.filter(({ severity }) => severity === 'error').length;
  return [
    `${counted(tenants.length, 'workload')} on ${counted(boards, 'GPU')}; ${idle}.`,
    ...waiting > 0 ? [`${counted(waiting, 'pod')} will stay Pending.`] : [],
    ...errors > 0 ? [`${counted(errors, 'error')} would keep this from working.`] : [],
  ].join(' ');
}

function figuresOf({ pools }: ChartFleet, sums: FleetSums, open: readonly Finding[]): KeyFigure[] {
  const count = (severity: Finding['severity']) => open.filter(each => each.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('info')];
  const isStranded = sums.strandedComputeSlices + sums.strandedMemorySlices > 0;
  return [
    {
      label: 'GPUs',
      value: inDigits(sums.boards, 0),
      note: `in ${counted(pools.length, 'pool')}; ${inDigits(sums.idleBoards, 0)} without a workload`,
    },
    {
      label: 'Slices taken',
      value: `${inDigits(sums.taken, 0)} of ${inDigits(sums.seats, 0)}`,
      note: 'whole GPUs, MIG devices and shares',
    },
    {
      label: 'Memory needed',
      value: sums.usedDevicesMib === 0 ? 'not known' : `${gib(sums.neededMib)}`,
      note: [
        ...sums.usedDevicesMib === 0 ? [] : [`at most, of ${gib(sums.usedDevicesMib)} in those slices`],
        ...sums.unknown === 0 ? [] : [`${inDigits(sums.unknown, 0)} not known`],
      ].join('; '),
    },
    {
      label: 'Stranded',
      value: isStranded ? strandedInAll(sums) : 'nothing',
      note: isStranded ? strandedNote(sums) : undefined,
      tone: isStranded ? 'warn' : undefined,
    },
    {
      label: 'Findings',
      value: counted(errors, 'error'),
      note: `${counted(warnings, 'warning')}, ${counted(notes, 'note')}`,
      tone: errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good',
    },
  ];
}

/** What the memory rules say of a workload. */
export function verdictWords({ report }: ChartTenant): string {
  switch (report?.verdict) {
    case FitVerdict.FITS: return 'fits';
    case FitVerdict.DOES_NOT_FIT: return 'does not fit';
    case FitVerdict.UNCERTAIN: return 'may not fit';
    default: return 'model not known';
  }
}

const WAITING: Record<Waiting, string> = {
  'full': 'every slice of that kind is taken: it stays Pending',
  'not offered': 'no node that it may run on offers that: it stays Pending',
  'elsewhere': 'the manifests do not say which nodes it goes to, or how they are cut',
  'by claim': 'it asks by a resource claim; the driver picks the device when it starts',
};

/** Why pods have no place in the picture. */
export function waitingWords({ why, asks = [] }: Pick<Unseated, 'why' | 'asks'>): string {
  return asks.length === 0
    ? WAITING[why]
    : `it asks for ${asks.map(each => hideSecrets(each)).join(' and ')} by a resource claim; the driver picks `
      + 'the device when it starts';
}

/** Where a finding is, as in `NIMService tts, spec.resources (pools.yaml:12)`. */
export function placeOfFinding({ kind, name, path, file, line }: Finding): string {
  const place = path === '' ? '' : `, ${path}`;
  return `${kind} ${name}${place} (${file}${line === undefined ? '' : `:${line}`})`;
}

/** What a severity is called. */
export const SEVERITY_WORDS: Record<Finding['severity'], string> = { error: 'error', warning: 'warning', info: 'note' };
