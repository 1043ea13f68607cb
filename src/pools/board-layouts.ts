import { GpuNodes, LayoutRule, layoutRulesByIndex, MigStrategy } from '../allocation';
import { Gpu, GpuLayout, MigProfileName } from '../hardware';
import { GPU_OPERATOR, GpuOperatorVersion } from '../releases';

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
   * A layout per GPU, in the order of the NVML index. Every GPU of the node has one; `GpuLayout.whole()` leaves it uncut.
   * @default - `layout`
   */
  readonly layouts?: GpuLayout[];
}

/** Refuses what could never work on the board, with the path of the pool before it. */
export function checkBoardLayouts(path: string, board: MigBoardLayouts, nodes: GpuNodes): void {
  const { gpu, layout, layouts } = board;
  if ((layout === undefined) === (layouts === undefined)) {
    throw new Error(`${path}: give either layout (one for every GPU of the node) or layouts (one per GPU index) for ${gpu.name}`);
  }
  if (!gpu.migCapable) { throw new Error(`${path}: ${gpu.name} cannot do MIG [MIG-016]; share it with TimeSlicedGpu or MpsSharedGpu, or use it whole`); }
  if (layouts !== undefined) {
    if (layouts.length === 0) { throw new Error(`${path}: layouts is empty; give one per GPU of the node`); }
    if (nodes.gpusPerNode !== undefined && layouts.length !== nodes.gpusPerNode) {
      throw new Error(`${path}: ${layouts.length} layouts for nodes with ${nodes.gpusPerNode} GPUs; a GPU without an entry keeps its old mode and ` +
        'the node never counts as configured [MIG-015]. Give one per GPU; GpuLayout.whole() leaves a GPU uncut');
    }
  }
  for (const each of layouts ?? [layout!]) {
    if (each.isWhole) { continue; }
    const check = gpu.checkLayout(each);
    if (!check.valid) { throw new Error(`${path}: layout ${each} does not fit ${gpu.productLabel ?? gpu.name}: ${check.reasons.join('; ')} [MIG-032]`); }
  }
}

/** What the MIG strategy and the release add to the rules of the board. */
export function checkStrategy(path: string, boards: MigBoardLayouts[], strategy: MigStrategy, version: GpuOperatorVersion): void {
  const layouts = boards.flatMap(layoutsOf);
  const names = [...new Set(layouts.flatMap(layout => Object.keys(layout.profiles)))].sort();
  if (strategy === MigStrategy.SINGLE && (new Set(layouts.map(String)).size !== 1 || names.length !== 1)) {
    throw new Error(`${path}: with migStrategy "single" every GPU of a node must be cut into the same one profile, and this pool has ` +
      `${[...new Set(layouts.map(String))].join(' and ')} [STR-001]. Use migStrategy MIXED (the default), or one uniform layout`);
  }
  const instance = names.find(name => MigProfileName.parse(name).isComputeInstance);
  if (strategy === MigStrategy.MIXED && instance !== undefined && !GPU_OPERATOR.lacks('refusesComputeInstances', version.version)) {
    throw new Error(`${path}: compute-instance profile ${instance} stops the device plugin of GPU Operator ${version} under "mixed" [STR-003]; ` +
      'use a GPU-instance profile (no leading "Nc.")');
  }
  const pooled = names.find(name => /[+-]/.test(name));
  if (strategy === MigStrategy.MIXED && pooled !== undefined && !GPU_OPERATOR.has('attributeResources', version.version)) {
    throw new Error(`${path}: GPU Operator ${version} advertises ${pooled} under the name of the base profile, so ${MigProfileName.parse(pooled).resourceName} ` +
      'never appears [STR-004]. Use the profile without attributes, or GPU Operator ' + GPU_OPERATOR.milestones.attributeResources.begins);
  }
}

/** The layouts of a board as they are on a node, one each GPU, or the one that all have. */
export function layoutsOf(board: MigBoardLayouts): GpuLayout[] {
  return board.layouts ?? [board.layout!];
}

/** The rules of the mig-parted file for these boards. Filters are needed only to tell several board types apart. */
export function layoutRules(path: string, boards: MigBoardLayouts[]): LayoutRule[] {
  return boards.flatMap(board => {
    const filters = boards.length > 1 ? deviceFilters(path, board.gpu) : undefined;
    return board.layouts === undefined
      ? [{ layout: board.layout!, deviceFilters: filters }]
      : layoutRulesByIndex(board.layouts, filters);
  });
}

function deviceFilters(path: string, gpu: Gpu): string[] {
  if (gpu.pciDeviceIds.length === 0) {
    throw new Error(`${path}: the PCI id of ${gpu.name} is not known, so it cannot be told from the other board of the pool; make a pool for each board`);
  }
  return gpu.pciDeviceIds;
}

/** How many of a profile a node has, or whole GPUs for `whole`; undefined when the number of GPUs is unknown. */
export function countPerNode(board: MigBoardLayouts, nodes: GpuNodes, profile: string | 'whole'): number | undefined {
  const inLayout = (layout: GpuLayout) => profile === 'whole' ? Number(layout.isWhole) : layout.profiles[profile] ?? 0;
  if (board.layouts !== undefined) { return board.layouts.reduce((sum, layout) => sum + inLayout(layout), 0); }
  return nodes.gpusPerNode === undefined ? undefined : nodes.gpusPerNode * inLayout(board.layout!);
}
