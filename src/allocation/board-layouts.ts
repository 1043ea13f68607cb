import { Gpu, GpuLayout } from '../hardware';

/** How the GPUs of one board type are cut. */
export interface MigBoardLayouts {
  /** The board. */
  readonly gpu: Gpu;
  /**
   * One layout for every GPU of the node. Give either this or `layouts`.
   * @default - `layouts`
   */
  readonly layout?: GpuLayout;
  /**
   * A layout per GPU, in the order of the NVML index. Every GPU of the node has one; `GpuLayout.whole()` leaves it
   * uncut.
   * @default - `layout`
   */
  readonly layouts?: GpuLayout[];
}

/** The layouts of a board as they are on a node, one each GPU, or the one that all have. */
export function layoutsOf(board: MigBoardLayouts): GpuLayout[] {
  return board.layouts ?? [board.layout!];
}

/** The profiles that the layouts of some boards have, in order, each once. */
export function profilesOf(boards: MigBoardLayouts[]): string[] {
  return [...new Set(boards.flatMap(layoutsOf).flatMap(layout => Object.keys(layout.profiles)))].sort();
}
