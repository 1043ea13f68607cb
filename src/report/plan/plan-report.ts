import { PlanTenants, planPools, planTenants } from './plan-fleet';
import { GpuArrivalResult, GpuPlanBaselines, GpuPlanResult, GpuPlanStatus } from '../../planning';
import { hideSecrets } from '../../secrets';
import { counted } from '../../text';
import { FleetPool, FleetSums, strandedInAll, strandedNote, sumsOf } from '../board/fleet';
import { KeyFigure } from '../page/html-page';
import { Picture } from '../page/picture';
import { barPlot } from '../plots/bar-plot';
import { inDigits } from '../plots/scale';

/** What first fit made of one order of arrivals. */
export interface PlanArrivals {
  /** Such as `as given` or `random, seed 7`. */
  readonly label: string;
  readonly result: GpuArrivalResult;
}

/** How a report on a plan looks. */
export interface PlanReportOptions {
  /** The heading. @default 'GPU plan' */
  readonly title?: string;
  /** What a scheduler would make of the same demand. @default - not simulated */
  readonly arrivals?: readonly PlanArrivals[];
}

/** A plan in words, for every form of the report. */
export interface PlanReport {
  readonly title: string;
  readonly lead: string;
  readonly figures: readonly KeyFigure[];
  readonly pools: readonly FleetPool[];
  readonly sums: FleetSums;
  readonly tenants: PlanTenants;
  /** What is counted: boards, or money where boards have prices. */
  readonly unit: string;
}

export const PLAN_FOOTER = 'Cost, lower bound and gap belong together: a plan is the cheapest only where the gap is '
  + '0. Where a MIG device stands on its board, '
  + 'the driver decides; one way in which all of them can stand is drawn.';

/** Puts the report together. */
export function planReport(plan: GpuPlanResult, { title = 'GPU plan' }: PlanReportOptions = {}): PlanReport {
  const tenants = planTenants(plan);
  const pools = planPools(plan, tenants);
  const sums = sumsOf(pools);
  return {
    title: hideSecrets(title),
    lead: leadOf(plan),
    figures: figuresOf(plan, sums),
    pools,
    sums,
    tenants,
    unit: unitOf(plan),
  };
}

/** Without prices each board costs 1. */
export function unitOf({ cost, gpus }: GpuPlanResult): string {
  return cost === gpus ? 'boards' : 'cost an hour';
}

function leadOf(plan: GpuPlanResult): string {
  const { status, gpus, cost, lowerBound, gap } = plan;
  const price = unitOf(plan) === 'boards' ? '' : ` for ${inDigits(cost, 2)} an hour`;
  switch (status) {
    case GpuPlanStatus.OPTIMAL: return `${counted(gpus, 'board')}${price}, proved: no plan is cheaper.`;
    case GpuPlanStatus.BOUNDED:
      return `${counted(gpus, 'board')}${price}. No plan costs less than ${inDigits(lowerBound, 2)}; between them `
        + `nothing is proved (gap ${percent(gap)}).`;
    default: return `There is no plan. ${plan.reasons.map(reason => hideSecrets(reason)).join(' ')}`.trim();
  }
}

function figuresOf(plan: GpuPlanResult, sums: FleetSums): KeyFigure[] {
  const { status, gpus, cost, lowerBound, gap } = plan;
  if (status === GpuPlanStatus.INFEASIBLE) {
    return [{ label: 'Status', value: 'infeasible', note: counted(plan.reasons.length, 'reason'), tone: 'bad' }];
  }
  const isStranded = sums.strandedComputeSlices + sums.strandedMemorySlices > 0;
  return [
    {
      label: 'Boards',
      value: inDigits(gpus, 0),
      note: unitOf(plan) === 'boards' ? undefined : `${inDigits(cost, 2)} an hour`,
    },
    {
      label: 'Lower bound',
      value: inDigits(lowerBound, 2),
      note: gap === 0
        ? 'gap 0: proved optimal'
        : `gap ${percent(gap)}: not proved`,
      tone: gap === 0 ? 'good' : 'warn',
    },
    {
      label: 'Slices taken',
      value: `${inDigits(sums.taken, 0)} of ${inDigits(sums.seats, 0)}`,
      note: counted(plan.assignments.length, 'assignment'),
    },
    {
      label: 'Stranded',
      value: isStranded ? strandedInAll(sums) : 'nothing',
      note: isStranded ? strandedNote(sums) : undefined,
      tone: isStranded ? 'warn' : undefined,
    },
  ];
}

/** A gap in percent, never rounded down to a proof. */
export function percent(gap: number): string {
  const rounded = inDigits(gap * 100, 1);
  return gap > 0 && rounded === '0' ? 'under 0.1 %' : `${rounded} %`;
}

const BASELINES: readonly [keyof GpuPlanBaselines, string][] = [
  ['firstFitDecreasing', 'First-fit decreasing'], ['uniformProfile', 'One profile a board'],
  ['wholeGpu', 'A whole GPU each'],
];

/** A baseline in words: its name, its cost where it can be done, and how that compares with the plan. */
export function baselinesOf(plan: GpuPlanResult): {
  readonly label: string;
  readonly value?: number;
  readonly note: string;
}[] {
  return BASELINES.map(([key, label]) => {
    const value = plan.baselines[key];
    if (value === undefined) { return { label, note: 'the boards do not suffice for it' }; }
    const more = value - plan.cost;
    const ofPlan = plan.cost > 0 ? ` (${inDigits(more / plan.cost * 100, 0)} %)` : '';
    return {
      label,
      value,
      note: more === 0 ? 'as much' : more > 0 ? `${inDigits(more, 2)} more${ofPlan}` : `${inDigits(-more, 2)} less`,
    };
  });
}

/** The plan against its three baselines and its bound. */
export function baselinePicture(plan: GpuPlanResult): Picture {
  const unit = unitOf(plan);
  const others = baselinesOf(plan);
  return barPlot({
    id: 'baselines',
    title: 'The plan against its baselines and its bound',
    description: `This plan costs ${inDigits(plan.cost, 2)} ${unit}, and none can cost less than ${inDigits(plan.lowerBound, 2)}. ${
      others.map(({ label, value, note }) =>
        `${label}: ${value === undefined ? '' : `${inDigits(value, 2)}, `}${note}.`)
        .join(' ')}`,
    unit,
    bars: [
      { label: 'This plan', value: plan.cost, note: plan.gap === 0 ? 'proved' : `gap ${percent(plan.gap)}` },
      ...others.map(({ label, value, note }) => ({ label, value: value ?? 0, note, fill: 7 })),
    ],
    mark: { label: 'bound', value: plan.lowerBound },
    decimals: 2,
  });
}
