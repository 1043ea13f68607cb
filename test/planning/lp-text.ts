import { IntegerProgram } from '../../src/planning/solver/integer-program';

/** A programme in the LP format of CPLEX, which HiGHS reads. */
export function lpText({ variables, rows }: IntegerProgram): string {
  const terms = (each: readonly { variable: number; coefficient: number }[]) =>
    each.map(({ variable, coefficient }) => `${coefficient < 0 ? '-' : '+'} ${Math.abs(coefficient)} x${variable}`).join(' ');
  return [
    'Minimize',
    ` obj: ${terms(variables.map(({ cost }, variable) => ({ variable, coefficient: cost })))}`,
    'Subject To',
    ...rows.filter(row => row.terms.length > 0).map((row, index) => ` r${index}: ${terms(row.terms)} >= ${row.atLeast}`),
    'Bounds',
    ...variables.map(({ lower, upper }, index) => ` ${lower} <= x${index} <= ${upper}`),
    'General',
    ` ${variables.flatMap(({ integer }, index) => (integer ? [`x${index}`] : [])).join(' ')}`,
    'End',
  ].join('\n');
}
