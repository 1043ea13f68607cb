import { counted } from '../text';
import { GpuPlanSupply } from './fleet';
import { Formulation } from './formulation/formulate';
import { Need } from './formulation/needs';
import { Slots } from './formulation/slots';
import { search } from './solver/branch-and-bound';

/** Steps for each question that is asked to find the reason. */
const MOST_STEPS = 2000;

/**
 * Which workload is the first without a place, in the order of the fleet, and what all of them would need. Every
 * workload by itself has a slot somewhere, so it is the number of boards that does not suffice.
 */
export function whyInfeasible(supplies: readonly GpuPlanSupply[], slots: Slots, needs: readonly Need[]): string[] {
  const fits = (count: number) => solve(supplies, slots, needs.slice(0, count)) !== undefined;
  let [low, high] = [0, needs.length]; // the first `low` fit, the first `high` do not
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) { low = middle; } else { high = middle; }
  }
  const offered = supplies.map(({ gpu, count }) => `${count === undefined ? 'any number' : count} of ${gpu}`)
    .join(', ');
  const unlimited = supplies.map(supply => ({
    ...supply,
    count: undefined,
    current: undefined,
    costPerHour: undefined,
  }));
  const needed = solve(unlimited, slots, needs);
  const why = low === 0
    ? 'the boards have no room for it'
    : `the ${counted(low, 'workload')} before it fit, with it the boards do not suffice`;
  const reasons = [`${needs[high - 1].workload.name}: ${why} (there are ${offered})`];
  if (needed !== undefined) { reasons.push(`all workloads together need at least ${counted(needed, 'board')}`); }
  return reasons;
}

/** The fewest boards proved to be needed; undefined when nothing fits. */
function solve(supplies: readonly GpuPlanSupply[], slots: Slots, needs: readonly Need[]): number | undefined {
  const steps = search(new Formulation(supplies, slots, needs).program, MOST_STEPS);
  let step = steps.next();
  while (step.done !== true && step.value.values === undefined) { step = steps.next(); }
  while (step.done !== true && step.value.cost > step.value.lowerBound) { step = steps.next(); }
  return step.value?.values === undefined ? undefined : step.value.lowerBound;
}
