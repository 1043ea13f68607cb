import { Gpu } from '../../hardware';

/** One step of a series: somebody asks for a slice, or gives one back. */
export interface GpuArrival {
  /** What it is called: for messages, and for leaving. */
  readonly name: string;
  /**
   * The MIG profile that it asks for: `3g.40gb`, `3g` for the plain one of each board, or `whole`.
   * @default - it leaves
   */
  readonly profile?: string;
}

/** Boards of one type, in the order in which they are tried. */
export interface GpuArrivalBoards {
  /** The type of board. */
  readonly gpu: Gpu;
  /** How many. */
  readonly count: number;
}
