/** How the stages of an arm are put on boards. */
export enum BenchmarkStrategy {
  /** A whole board for each stage. */
  DEDICATED = 'dedicated',
  /** Recognition and synthesis take turns on one board; the language model has one of its own. */
  TIME_SLICING = 'time-slicing',
  /** Recognition and synthesis share a board through MPS; the language model has one of its own. */
  MPS = 'mps',
  /** Recognition and synthesis have a MIG device each on one board; the language model has a board of its own. */
  MIG = 'mig',
  /** As MIG, and the board that it frees runs a second replica of the language model. */
  REINVEST = 'reinvest',
  /** Something else; nothing is expected of where its pods run unless said. */
  OTHER = 'other',
}

/** Boards that an arm of a strategy takes, where three stages run. */
export const BOARDS: Readonly<Record<BenchmarkStrategy, number | undefined>> = {
  [BenchmarkStrategy.DEDICATED]: 3,
  [BenchmarkStrategy.TIME_SLICING]: 2,
  [BenchmarkStrategy.MPS]: 2,
  [BenchmarkStrategy.MIG]: 2,
  [BenchmarkStrategy.REINVEST]: 3,
  [BenchmarkStrategy.OTHER]: undefined,
};
