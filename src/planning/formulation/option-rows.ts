import { Need } from './needs';
import { wholeNumbers } from './whole-numbers';
import { IntegerProgram } from '../solver/integer-program';

/** The most replicas that any plan needs of a workload with options. */
export function mostReplicas(need: Need): number {
  return Math.max(...need.choices!.map(({ throughput }) => replicasWith(need, throughput)));
}

/** How many replicas it takes when each does so much. */
export function replicasWith({ workload, demand }: Need, throughput: number): number {
  if (demand === undefined) { return workload.replicas ?? 1; }
  const { whole: [wanted, each] } = wholeNumbers([demand, throughput]);
  return Math.max(workload.replicas ?? 1, Math.ceil(wanted / each));
}

/**
 * What follows from replicas being whole (mixed-integer rounding: Marchand and Wolsey, Operations Research 49, 2001):
 * divided by what one replica does, the demand is rounded up, and the others count by what is left of them. It cuts off
 * mixes of fractions, no plan.
 */
function addRounded(
  program: IntegerProgram,
  variables: readonly number[],
  done: readonly number[],
  wanted: number,
  divisor: number,
): void {
  const rest = wanted % divisor;
  if (rest === 0) { return; }
  const coefficient = (each: number) => Math.floor(each / divisor) * rest + Math.min(rest, each % divisor);
  const atLeast = Math.ceil(wanted / divisor) * rest;
  if (atLeast >= LARGEST) { return; }
  program.row(
    variables.map((variable, i) => ({ variable, coefficient: Math.min(coefficient(done[i]), atLeast) })),
    atLeast,
  );
}

/** Larger numbers would take the proofs beyond what whole numbers hold exactly. */
const LARGEST = 2 ** 26;

/**
 * A workload with measured options: how many replicas stand on each slot, which together do what is asked for.
 * @returns a variable for each choice
 */
export function addOptions(program: IntegerProgram, need: Need): number[] {
  const { workload: { replicas = 1 }, demand, choices = [] } = need;
  const variables = choices.map(() => program.variable({ upper: mostReplicas(need) }));
  program.row(variables.map(variable => ({ variable, coefficient: 1 })), replicas);
  if (demand !== undefined) {
    const { whole: [wanted, ...done] } = wholeNumbers([demand, ...choices.map(({ throughput }) => throughput)]);
    program.row(variables.map((variable, i) => ({ variable, coefficient: Math.min(done[i], wanted) })), wanted);
    for (const divisor of new Set(done)) { addRounded(program, variables, done, wanted, divisor); }
  }
  return variables;
}
