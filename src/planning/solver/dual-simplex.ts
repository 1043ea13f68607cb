import { IntegerProgram } from './integer-program';

const TOLERANCE = 1e-9;
const FEASIBLE = 1e-7;
/** After so many pivots the table is computed anew from the program, so that rounding errors do not add up. */
const PIVOTS_PER_REBUILD = 1500;

/**
 * How a relaxation came out: `solved`, or with multipliers that show that nothing keeps the rows, or given up for want
 * of steps.
 */
export type RelaxationStatus = 'solved' | 'infeasible' | 'stopped';

/**
 * The linear relaxation of a program, by the dual simplex method with bounds on a dense table.
 *
 * Costs are never negative, so the table starts dual feasible with every variable at its lower bound, and stays so when
 * bounds change: a search tree goes from node to node with a few pivots. Costs are shifted by trifles, each by another,
 * so that no two pivots tie and none goes in circles; what is said about the program rests on `exact-bound.ts` alone.
 */
export class DualSimplex {
  /** Pivots so far. */
  public pivots = 0;

  private readonly m: number;
  private readonly n: number;
  /** Row `i` says: basic variable `i` = sum of `table[i][j]` times nonbasic variable `j`, plus `table[i][n]`. */
  private table: Float64Array[] = [];
  /** Reduced costs of the nonbasic variables. */
  private reduced: Float64Array;
  /** Variables: those of the program, then what each row has above its bound. */
  private basic: Int32Array;
  private nonbasic: Int32Array;
  private readonly lower: Float64Array;
  private readonly upper: Float64Array;
  /** Where each nonbasic variable stands. */
  private readonly at: Float64Array;
  private values: Float64Array;
  private sinceRebuild = 0;
  private readonly costs: Float64Array;
  private failed?: { row: number; isLow: boolean };

  constructor(private readonly program: IntegerProgram) {
    this.m = program.rows.length;
    this.n = program.variables.length;
    this.lower = new Float64Array(this.n + this.m);
    this.upper = new Float64Array(this.n + this.m).fill(Infinity);
    this.at = new Float64Array(this.n);
    this.values = new Float64Array(this.m);
    // the golden ratio spreads the trifles evenly; the least of them costs stay apart by less than a whole cost in all
    this.costs = Float64Array.from(program.variables, ({ cost }, index) =>
      cost + 2e-8 * (1 + ((index + 1) * 0.6180339887) % 1));
    this.reduced = new Float64Array(this.n);
    this.basic = new Int32Array(this.m);
    this.nonbasic = new Int32Array(this.n);
    this.start();
  }

  /** Bounds of the variables for what comes next. */
  public setBounds(lower: Float64Array, upper: Float64Array): void {
    this.lower.set(lower);
    this.upper.set(upper);
  }

  /**
   * Solves the relaxation within the bounds set.
   * @param mostPivots after which it gives up
   */
  public solve(mostPivots: number): RelaxationStatus {
    if (this.sinceRebuild > PIVOTS_PER_REBUILD) { this.rebuild(); }
    this.settle();
    for (let count = 0; ; count++) {
      const row = this.leavingRow();
      if (row < 0) { return 'solved'; }
      if (count >= mostPivots) { return 'stopped'; }
      const isLow = this.values[row] < this.lower[this.basic[row]];
      const column = this.enteringColumn(row, isLow);
      if (column < 0) { this.failed = { row, isLow }; return 'infeasible'; }
      this.pivot(row, column, isLow ? this.lower[this.basic[row]] : this.upper[this.basic[row]]);
    }
  }

  /** Values of the variables of the program. */
  public solution(): Float64Array {
    const values = new Float64Array(this.n);
    this.nonbasic.forEach((variable, j) => { if (variable < this.n) { values[variable] = this.at[j]; } });
    this.basic.forEach((variable, i) => { if (variable < this.n) { values[variable] = this.values[i]; } });
    return values;
  }

  /** Multipliers of the rows: those of the optimum. */
  public multipliers(): Float64Array {
    const multipliers = new Float64Array(this.m);
    this.nonbasic.forEach((variable, j) => {
      if (variable >= this.n) { multipliers[variable - this.n] = this.reduced[j]; }
    });
    return multipliers;
  }

  /** After `infeasible`: multipliers that show it. */
  public proofOfInfeasibility(): Float64Array {
    const multipliers = new Float64Array(this.m);
    const { row, isLow } = this.failed!;
    const sign = isLow ? 1 : -1;
    // the row is a combination of the rows of the program; what it takes of each stands at their surplus
    this.nonbasic.forEach((variable, j) => {
      if (variable >= this.n) { multipliers[variable - this.n] = -sign * this.table[row][j]; }
    });
    const own = this.basic[row];
    if (own >= this.n) { multipliers[own - this.n] = sign; }
    return multipliers;
  }

  private start(): void {
    this.table = this.program.rows.map(({ terms, atLeast }) => {
      const row = new Float64Array(this.n + 1);
      for (const { variable, coefficient } of terms) { row[variable] += coefficient; }
      row[this.n] = -atLeast;
      return row;
    });
    this.reduced = Float64Array.from(this.costs);
    this.basic = Int32Array.from({ length: this.m }, (_, i) => this.n + i);
    this.nonbasic = Int32Array.from({ length: this.n }, (_, j) => j);
    this.sinceRebuild = 0;
  }

  /**
   * The same basis, computed anew from the program; the first one, should the same one not be dual feasible to the
   * digit.
   */
  private rebuild(): void {
    const wanted = new Set(this.basic);
    this.start();
    const entering = [...this.nonbasic.keys()].filter(j => wanted.has(this.nonbasic[j]));
    for (const column of entering) {
      let best = -1;
      for (let i = 0; i < this.m; i++) {
        if (wanted.has(this.basic[i])) { continue; }
        if (best < 0 || Math.abs(this.table[i][column]) > Math.abs(this.table[best][column])) { best = i; }
      }
      if (best < 0 || Math.abs(this.table[best][column]) < TOLERANCE) { this.start(); return; }
      this.exchange(best, column);
    }
    if (this.reduced.some((cost, j) => this.nonbasic[j] >= this.n && cost < -TOLERANCE)) { this.start(); }
    this.sinceRebuild = 0;
  }

  /** Puts nonbasic variables at the bound that their reduced cost asks for, and computes the basic ones. */
  private settle(): void {
    for (let j = 0; j < this.n; j++) {
      const variable = this.nonbasic[j];
      this.at[j] = this.reduced[j] >= 0 || this.upper[variable] === Infinity
        ? this.lower[variable]
        : this.upper[variable];
    }
    for (let i = 0; i < this.m; i++) {
      const row = this.table[i];
      let value = row[this.n];
      for (let j = 0; j < this.n; j++) { value += row[j] * this.at[j]; }
      this.values[i] = value;
    }
  }

  private leavingRow(): number {
    let [best, most] = [-1, FEASIBLE];
    for (let i = 0; i < this.m; i++) {
      const variable = this.basic[i];
      const short = Math.max(this.lower[variable] - this.values[i], this.values[i] - this.upper[variable]);
      if (short > most) { most = short; best = i; }
    }
    return best;
  }

  private enteringColumn(row: number, isLow: boolean): number {
    const terms = this.table[row];
    let [best, least, size] = [-1, Infinity, 0];
    for (let j = 0; j < this.n; j++) {
      const variable = this.nonbasic[j];
      const term = isLow ? terms[j] : -terms[j];
      if (Math.abs(term) < TOLERANCE || this.lower[variable] === this.upper[variable]) { continue; }
      const atLower = this.at[j] === this.lower[variable];
      if (atLower ? term < 0 : term > 0) { continue; }
      const ratio = Math.abs(this.reduced[j] / term);
      if (ratio < least - 1e-12 || (ratio < least + 1e-12 && Math.abs(term) > size)) {
        [best, least, size] = [j, ratio, Math.abs(term)];
      }
    }
    return best;
  }

  private pivot(row: number, column: number, goal: number): void {
    const change = (goal - this.values[row]) / this.table[row][column];
    for (let i = 0; i < this.m; i++) { this.values[i] += this.table[i][column] * change; }
    this.values[row] = this.at[column] + change;
    this.at[column] = goal;
    this.exchange(row, column);
    this.pivots++;
  }

  private exchange(row: number, column: number): void {
    const { n } = this;
    const terms = this.table[row];
    const inverse = 1 / terms[column];
    const touched: number[] = [];
    for (let j = 0; j <= n; j++) {
      if (terms[j] === 0) { continue; }
      terms[j] = j === column ? inverse : -terms[j] * inverse;
      if (Math.abs(terms[j]) < 1e-13) { terms[j] = 0; } else { touched.push(j); }
    }
    const combine = (other: Float64Array) => {
      const factor = other[column];
      if (factor === 0) { return; }
      other[column] = 0;
      for (const j of touched) { if (j < other.length) { other[j] += factor * terms[j]; } }
    };
    for (let i = 0; i < this.m; i++) { if (i !== row) { combine(this.table[i]); } }
    combine(this.reduced);
    [this.basic[row], this.nonbasic[column]] = [this.nonbasic[column], this.basic[row]];
    this.sinceRebuild++;
  }
}
