/** One term of a row: which variable, times what. */
export interface Term {
  readonly variable: number;
  readonly coefficient: number;
}

/** A variable between bounds that are whole numbers. */
export interface Variable {
  readonly cost: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether it must be whole. The others come out whole by themselves: they are flows. */
  readonly integer: boolean;
  /** Which are branched on first: the higher. */
  readonly priority: number;
}

/** `sum of terms >= atLeast`. */
export interface Row {
  readonly terms: readonly Term[];
  readonly atLeast: number;
}

/**
 * Minimise cost under rows. Every number is a whole one, so that what is said about it can be proved in whole numbers.
 */
export class IntegerProgram {
  public readonly variables: Variable[] = [];
  public readonly rows: Row[] = [];

  /** Adds a variable. @returns its index */
  public variable(variable: Partial<Variable> & { upper: number }): number {
    return this.variables.push({ cost: 0, lower: 0, integer: true, priority: 0, ...variable }) - 1;
  }

  /** Adds a row. */
  public row(terms: readonly Term[], atLeast: number): void {
    this.rows.push({ terms: terms.filter(({ coefficient }) => coefficient !== 0), atLeast });
  }

  /** What values cost. */
  public costOf(values: ArrayLike<number>): number {
    return this.variables.reduce((sum, { cost }, index) => sum + cost * values[index], 0);
  }

  /** Whether whole values keep every row and bound. */
  public isKeptBy(values: ArrayLike<number>): boolean {
    const isWithin = (value: number, { lower, upper }: Variable) =>
      Number.isInteger(value) && value >= lower && value <= upper;
    const has = (terms: readonly Term[]) =>
      terms.reduce((sum, { variable, coefficient }) => sum + coefficient * values[variable], 0);
    return this.variables.every((variable, index) => isWithin(values[index], variable))
      && this.rows.every(({ terms, atLeast }) => has(terms) >= atLeast);
  }
}
