import { GpuNodes, MigBoardLayouts } from '../allocation';
import { GpuLayout } from '../hardware';

/** Refuses what could never work on the board, with the path of the pool before it. */
export function checkBoardLayouts(path: string, board: MigBoardLayouts, nodes: GpuNodes): void {
  const { gpu, layout, layouts } = board;
  if ((layout === undefined) === (layouts === undefined)) {
    throw new Error(`${path}: give either layout (one for every GPU of the node) or layouts (one per `
      + `GPU index) for ${gpu.name}`);
  }
  if (!gpu.migCapable) {
    throw new Error(`${path}: ${gpu.name} cannot do MIG [MIG-016]; share it with TimeSlicedGpu or `
      + 'MpsSharedGpu, or use it whole');
  }
  if (layouts !== undefined) {
    if (layouts.length === 0) { throw new Error(`${path}: layouts is empty; give one per GPU of the node`); }
    if (nodes.gpusPerNode !== undefined && layouts.length !== nodes.gpusPerNode) {
      throw new Error(`${path}: ${layouts.length} layouts for nodes with ${nodes.gpusPerNode} GPUs; a GPU without an `
        + 'entry keeps its old mode and the node never counts as configured [MIG-015]. Give one per GPU; '
        + 'GpuLayout.whole() leaves a GPU uncut');
    }
  }
  for (const each of layouts ?? [layout!]) {
    if (each.isWhole) { continue; }
    const check = gpu.checkLayout(each);
    if (!check.valid) {
      throw new Error(`${path}: layout ${each} does not fit ${gpu.productLabel ?? gpu.name}: `
        + `${check.reasons.join('; ')} [MIG-032]; ${check.fix}`);
    }
  }
}

/** How many of a profile a node has, or whole GPUs for `whole`; undefined when the number of GPUs is unknown. */
export function countPerNode(board: MigBoardLayouts, nodes: GpuNodes, profile: string | 'whole'): number | undefined {
  const inLayout = (layout: GpuLayout) => profile === 'whole' ? Number(layout.isWhole) : layout.profiles[profile] ?? 0;
  if (board.layouts !== undefined) { return board.layouts.reduce((sum, layout) => sum + inLayout(layout), 0); }
  return nodes.gpusPerNode === undefined ? undefined : nodes.gpusPerNode * inLayout(board.layout!);
}
