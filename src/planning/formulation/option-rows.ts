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
  }
  return variables;
}
