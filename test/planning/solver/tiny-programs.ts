import { IntegerProgram } from '../../../src/planning/solver/integer-program';

/** A programme by its costs, upper bounds, and rows of coefficients. */
export function programOf(costs: number[], upper: number[], rows: [coefficients: number[], atLeast: number][]): IntegerProgram {
  const program = new IntegerProgram();
  costs.forEach((cost, index) => program.variable({ cost, upper: upper[index] }));
  for (const [coefficients, atLeast] of rows) {
    program.row(coefficients.map((coefficient, variable) => ({ variable, coefficient })), atLeast);
  }
  return program;
}

/** A programme of a few variables and rows, every number small. */
export function randomProgram(random: (limit: number) => number, { signs = true } = {}): IntegerProgram {
  const count = 2 + random(3);
  const some = (make: () => number) => Array.from({ length: count }, make);
  const rows = Array.from({ length: 1 + random(3) }, (): [number[], number] =>
    [some(() => random(7) - (signs ? 2 : 0)), random(12) - (signs ? 1 : 0)]);
  return programOf(some(() => random(6)), some(() => 1 + random(4)), rows);
}

/** The least cost of all whole points between some bounds that keep the rows, by trying every one; Infinity where none does. */
export function leastByTrying({ variables, rows }: IntegerProgram): number {
  let least = Infinity;
  const point = variables.map(({ lower }) => lower);
  const extend = (at: number): void => {
    if (at === variables.length) {
      const keeps = rows.every(({ terms, atLeast }) =>
        terms.reduce((sum, { variable, coefficient }) => sum + coefficient * point[variable], 0) >= atLeast);
      if (keeps) { least = Math.min(least, variables.reduce((sum, { cost }, index) => sum + cost * point[index], 0)); }
      return;
    }
    for (point[at] = variables[at].lower; point[at] <= variables[at].upper; point[at]++) { extend(at + 1); }
  };
  extend(0);
  return least;
}

/** The bounds of a programme, as the solver takes them. */
export function boundsOf({ variables }: IntegerProgram): [lower: Float64Array, upper: Float64Array] {
  return [Float64Array.from(variables, ({ lower }) => lower), Float64Array.from(variables, ({ upper }) => upper)];
}
