import { baselinesOf, rounded } from './baselines';
import { checkFleet } from './check-fleet';
import { describePlan } from './describe-plan';
import { GpuFleet, GpuPlanOptions, GpuPlanSupply } from './fleet';
import { Formulation, PlanNumbers } from './formulation/formulate';
import { Need, Needs } from './formulation/needs';
import { Slots } from './formulation/slots';
import { whyInfeasible } from './infeasible';
import { fillBoards, FilledBoard } from './placement/fill-boards';
import { FirstFit, firstFitDecreasing } from './placement/first-fit-decreasing';
import { GpuPlanResult, GpuPlanStatus } from './plan-result';
import { search, SearchResult } from './solver/branch-and-bound';

/** Steps of a search that nobody limits. */
const DEFAULT_STEPS = 200000;

/** How far a plan is. */
export interface PlanProgress {
  /** What the best plan so far costs; Infinity without one. */
  readonly cost: number;
  /** No plan costs less. */
  readonly lowerBound: number;
  readonly steps: number;
}

/** A plan in the making. */
export interface PlanRun {
  /** Goes on for a while. @returns undefined when it is done */
  advance(): PlanProgress | undefined;
  /** The plan so far: the best one when the search is done. */
  result(): GpuPlanResult;
}

/** Plans a fleet from start to end. */
export function planFleet(fleet: GpuFleet, options: GpuPlanOptions = {}): GpuPlanResult {
  const run = startPlan(fleet, options);
  while (run.advance() !== undefined) { /* until it is done */ }
  return run.result();
}

/**
 * Starts to plan a fleet, so that whoever runs it can show how far it is and stop.
 * @throws when the fleet says nothing that could be planned
 */
export function startPlan(fleet: GpuFleet, { maxSteps = DEFAULT_STEPS }: GpuPlanOptions = {}): PlanRun {
  checkFleet(fleet);
  const problem = new Problem(fleet, maxSteps);
  return { advance: () => problem.advance(), result: () => problem.result() };
}

/** The best so far, in whole numbers of the programme. */
interface Best {
  readonly values?: Float64Array;
  readonly lowerBound: number;
  readonly steps: number;
  readonly proved: boolean;
}

/** A fleet while it is planned. */
class Problem {
  private readonly supplies: readonly GpuPlanSupply[];
  private readonly slots: Slots;
  private readonly needs: readonly Need[];
  private readonly impossible: readonly Need[];
  private formulation?: Formulation;
  private steps?: Generator<PlanProgress & { values?: Float64Array }, SearchResult>;
  private best: Best = { lowerBound: 0, steps: 0, proved: false };
  private firstFit?: FirstFit;

  constructor(fleet: GpuFleet, private readonly maxSteps: number) {
    this.supplies = fleet.gpus;
    this.slots = new Slots(fleet.gpus);
    const needs = new Needs(fleet.gpus, this.slots);
    const all = fleet.workloads.filter(({ replicas = 1 }) => replicas > 0).map(workload => needs.of(workload));
    this.impossible = all.filter(({ slots }) => slots.length === 0);
    this.needs = all;
  }

  public advance(): PlanProgress | undefined {
    if (this.impossible.length > 0) { return undefined; }
    if (this.steps === undefined) {
      this.firstFit = firstFitDecreasing(this.supplies, this.needs);
      this.formulation = new Formulation(this.supplies, this.slots, this.needs);
      const known = this.firstFit && this.formulation.valuesOf(this.firstFit);
      this.best = { values: known, lowerBound: 0, steps: 0, proved: false };
      this.steps = search(this.formulation.program, this.maxSteps, known);
    }
    const { value, done } = this.steps.next();
    if (value === undefined) { return undefined; }
    this.best = {
      values: value.values,
      lowerBound: value.lowerBound,
      steps: value.steps,
      proved: done === true && (value as SearchResult).proved,
    };
    if (done === true) { return undefined; }
    const unit = this.formulation!.unit;
    return { cost: rounded(value.cost * unit), lowerBound: rounded(value.lowerBound * unit), steps: value.steps };
  }

  public result(): GpuPlanResult {
    if (this.impossible.length > 0) {
      return infeasible(this.impossible.map(({ workload, whyNone }) => `${workload.name}: ${whyNone}`), 0);
    }
    if (this.formulation === undefined) { this.advance(); }
    const { best } = this;
    const formulation = this.formulation!;
    const lowerBound = rounded(best.lowerBound * formulation.unit);
    if (best.values === undefined) {
      if (best.proved) { return infeasible(whyInfeasible(this.supplies, this.slots, this.needs), best.steps); }
      const notes = ['no plan was found within the steps of the search; none costs less than the bound'];
      return {
        ...infeasible([], best.steps),
        status: GpuPlanStatus.BOUNDED,
        lowerBound: Number.isFinite(lowerBound) ? lowerBound : 0,
        notes,
      };
    }
    let { boards, left } = this.fill(formulation.read(best.values));
    const costOf = (some: readonly FilledBoard[]) =>
      some.reduce((sum, { supply }) => sum + (this.supplies[supply].costPerHour ?? 1), 0);
    // where replicas that stand apart cost the plan more boards, first fit may have done better
    const isWorse = (firstFit: FirstFit) => left.length > 0 || costOf(boards) > firstFit.cost + 1e-9;
    if (this.firstFit !== undefined && isWorse(this.firstFit)) { [boards, left] = [this.firstFit.filled, []]; }
    if (left.length > 0) { return { ...infeasible(left, best.steps), status: GpuPlanStatus.BOUNDED, lowerBound }; }
    return describePlan(this.supplies, this.slots, this.needs, boards, {
      lowerBound,
      proved: best.proved,
      steps: best.steps,
      baselines: baselinesOf(
        this.supplies,
        this.slots,
        this.needs,
        this.firstFit,
      ),
    });
  }

  /** Fills the boards; what cannot stand apart there gets boards of its own, which the bound then does not prove. */
  private fill(numbers: PlanNumbers): { boards: FilledBoard[]; left: string[] } {
    const { boards, unplaced } = fillBoards(numbers);
    const used = this.supplies.map((_, index) => boards.filter(({ supply }) => supply === index).length);
    const left: string[] = [];
    for (const { slot, need, replicas } of unplaced) {
      for (let i = 0; i < replicas; i++) {
        const home = need.slots.find(({ supply }) => used[supply] < (this.supplies[supply].count ?? Infinity));
        if (home === undefined) {
          left.push(`${need.workload.name}: no arrangement was found in which its replicas stand apart as asked on `
            + `${this.supplies[slot.supply].gpu}`);
          break;
        }
        used[home.supply]++;
        boards.push({ supply: home.supply, tenants: home.tenants, occupants: [{ slot: home, need }], free: new Map() });
      }
    }
    return { boards, left };
  }
}

function infeasible(reasons: readonly string[], steps: number): GpuPlanResult {
  return {
    status: GpuPlanStatus.INFEASIBLE,
    optimal: false,
    gpus: 0,
    cost: 0,
    lowerBound: 0,
    gap: 0,
    layouts: [],
    assignments: [],
    boards: [],
    nodes: [],
    baselines: {},
    drains: [],
    reasons: [...reasons],
    notes: [],
    steps,
  };
}

