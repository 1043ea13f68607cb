import { Construct } from 'constructs';
import { layoutsOf, MigBoardLayouts } from '../allocation';
import { Gpu, GpuLayout, GpuSliceKind } from '../hardware';
import { listOf, needed, Shape, struct } from '../props';
import { checkBoardLayouts, countPerNode } from './board-layouts';
import { checked, GpuPool, GpuPoolProps } from './gpu-pool';
import { GpuSlice } from './gpu-slice';
import { BOARD, LAYOUT, LAYOUTS, POOL } from './prop-types';

/** A pool of GPUs that are cut by MIG. */
export interface MigPartitionedGpuProps extends GpuPoolProps {
  /** The board of the nodes. */
  readonly gpu: Gpu;
  /**
   * One layout for every GPU of a node. Give either this or `layouts`.
   * @default - `layouts`
   */
  readonly layout?: GpuLayout;
  /**
   * A layout per GPU, in the order of the NVML index. Every GPU of a node has one; `GpuLayout.whole()` leaves it uncut.
   * @default - `layout`
   */
  readonly layouts?: GpuLayout[];
  /**
   * Layouts for further board types that are among the nodes; the file tells them apart by PCI id. On a node that has
   * two board types, `layouts` are not for you: the index counts all GPUs of the node.
   * @default - the nodes have one board type
   */
  readonly otherBoards?: MigBoardLayouts[];
}

/** Which of several slices of a profile is meant. */
export interface MigSliceOptions {
  /**
   * The board, when the pool has several and more than one offers the profile.
   * @default - the first board of the pool that offers it
   */
  readonly gpu?: Gpu;
}

/**
 * Nodes whose GPUs are cut into MIG devices.
 *
 * Layouts are checked against the board when the pool is made. The config in the mig-parted file is named after the
 * pool and its content, so that a changed layout is a changed label, which is all that mig-manager reacts to. Nothing
 * may run on the GPUs while they are cut: mig-manager neither drains nor evicts pods.
 *
 * @example
 * const pool = new MigPartitionedGpu(chart, 'support', {
 *   operator,
 *   gpu: Gpu.A100_SXM4_80GB,
 *   nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
 *   layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole()],
 * });
 * pool.slice('3g.40gb').attachTo(deployment);
 */
export class MigPartitionedGpu extends GpuPool {
  /** The board of the nodes; the first, where there are several. */
  public readonly gpu: Gpu;

  private readonly boards: MigBoardLayouts[];

  constructor(scope: Construct, id: string, props: MigPartitionedGpuProps) {
    super(scope, id, checked(scope, id, props, MIG_PARTITIONED));
    this.gpu = props.gpu;
    this.boards = [{ gpu: props.gpu, layout: props.layout, layouts: props.layouts }, ...(props.otherBoards ?? [])];
    const repeated = this.boards.find((board, index) =>
      this.boards.findIndex(other => other.gpu.id === board.gpu.id) !== index);
    if (repeated) {
      throw new Error(`${this.node.path}: ${repeated.gpu.name} is given twice [MIG-027]; give each board once`);
    }
    this.boards.forEach(board => checkBoardLayouts(this.node.path, board, this.nodes));
    if (this.boards.flatMap(layoutsOf).every(layout => layout.isWhole)) {
      throw new Error(`${this.node.path}: every GPU is left whole; use DedicatedGpu, which needs no MIG`);
    }
    this._register({ gpus: this.boards.map(board => board.gpu), boards: this.boards });
  }

  /**
   * A MIG device of the pool.
   * @param profile the MIG profile, such as `3g.40gb`
   * @param options which board, where it matters
   * @throws when no layout of the pool has the profile
   */
  public slice(profile: string, options: MigSliceOptions = {}): GpuSlice {
    const board = this.boards.find(each =>
      (options.gpu === undefined || each.gpu.id === options.gpu.id)
        && layoutsOf(each).some(layout => (layout.profiles[profile] ?? 0) > 0));
    if (board === undefined) {
      throw new Error(`${this.node.path}: no GPU of the pool has a ${profile}; it has `
        + `${this.describeLayouts()} [CAP-001]; take one of these, or cut it in the layout`);
    }
    return this._slice({ kind: GpuSliceKind.MIG, gpu: board.gpu, profile }, {
      memoryMib: board.gpu.profile(profile).memoryMib,
      capacity: this.boards.length > 1 ? undefined : this._capacity(countPerNode(board, this.nodes, profile)),
    });
  }

  /**
   * A GPU of the pool that is left whole.
   * @throws when every GPU is cut
   */
  public wholeGpu(): GpuSlice {
    const board = this.boards.find(each => layoutsOf(each).some(layout => layout.isWhole));
    if (board === undefined) {
      throw new Error(`${this.node.path}: no GPU of the pool is left whole; it has `
        + `${this.describeLayouts()} [CAP-001]. Leave one uncut with GpuLayout.whole(), or take it from another `
        + 'pool');
    }
    return this._slice({ kind: GpuSliceKind.WHOLE, gpu: board.gpu }, {
      memoryMib: board.gpu.usableMib ?? board.gpu.totalMib,
      capacity: this.boards.length > 1 ? undefined : this._capacity(countPerNode(board, this.nodes, 'whole')),
    });
  }

  /**
   * A MIG device of any of some profiles: the smallest that is free. Only with `GpuAllocation.DRA`. Small ones are
   * tried first, so that what is asked for strands least. The slice's memory and profile are those of the smallest.
   * @param profiles two profiles or more, at most 8
   * @throws when a layout of the pool lacks one
   */
  public firstAvailable(profiles: string[]): GpuSlice {
    const slices = [...new Set(profiles)].map(profile => this.slice(profile));
    if (slices.length < 2 || slices.length > MOST_CHOICES) {
      throw new Error(`${this.node.path}: firstAvailable takes 2 to ${MOST_CHOICES} different profiles, got `
        + `${slices.length}; for one profile use slice()`);
    }
    const boards = new Set(slices.map(({ gpu }) => gpu!.id));
    if (boards.size > 1) {
      throw new Error(`${this.node.path}: the profiles of firstAvailable are of different boards; `
        + 'make a pool for each board');
    }
    const size = ({ gpu, profile }: GpuSlice) =>
      [gpu!.profile(profile!).memorySlices, gpu!.profile(profile!).computeSlices];
    const bySize = [...slices].sort((a, b) =>
      size(a)[0] - size(b)[0] || size(a)[1] - size(b)[1] || (a.profile! < b.profile! ? -1 : 1));
    const capacities = slices.map(({ capacity }) => capacity);
    const memories = slices.map(({ memoryMib }) => memoryMib);
    return this._slice({
      kind: GpuSliceKind.MIG,
      gpu: bySize[0].gpu,
      profile: bySize[0].profile,
      anyOf: bySize.map(({ profile }) => profile!),
    }, {
      memoryMib: memories.some(mib => mib === undefined) ? undefined : Math.min(...memories as number[]),
      capacity: capacities.some(count => count === undefined)
        ? undefined
        : capacities.reduce<number>((sum, count) => sum + count!, 0),
    });
  }

  /**
   * MIG devices on one board, in one claim, for containers of one pod: one slice for each profile, in the order given.
   * Only with `GpuAllocation.DRA`. Attach each to a container of its own, of the same workload.
   * @param profiles the profiles, at most 32; one may stand there several times
   * @throws when a layout of the pool lacks one
   */
  public onOneBoard(profiles: string[]): GpuSlice[] {
    if (profiles.length < 2 || profiles.length > MOST_TOGETHER) {
      throw new Error(`${this.node.path}: onOneBoard takes 2 to ${MOST_TOGETHER} profiles, got ${profiles.length}; `
        + 'for one slice use slice()');
    }
    const board = this.boards.find(({ gpu, ...each }) =>
      layoutsOf({ gpu, ...each }).some(layout => isIn(profiles, layout.profiles)));
    if (board === undefined) {
      throw new Error(`${this.node.path}: no GPU of the pool has ${profiles.join(' and ')} together; it has `
        + `${this.describeLayouts()} [CAP-001]; cut a GPU into both, or take them as two slices`);
    }
    return profiles.map((profile, index) => this._slice({
      kind: GpuSliceKind.MIG,
      gpu: board.gpu,
      profile,
      together: { profiles, index },
    }, {
      memoryMib: board.gpu.profile(profile).memoryMib,
    }));
  }

  private describeLayouts(): string {
    return this.boards.map(board =>
      layoutsOf(board).map(String).join(', ') + (this.boards.length > 1 ? ` (${board.gpu.name})` : ''))
      .join('; ');
  }
}

/** The most alternatives of a request (k8s.io/api/resource/v1 types.go FirstAvailableDeviceRequestMaxSize). */
const MOST_CHOICES = 8;

/** The most requests of a claim (k8s.io/api/resource/v1 types.go DeviceRequestsMaxSize). */
const MOST_TOGETHER = 32;

/** Whether a layout has all of some profiles, each as often as it is wanted. */
function isIn(wanted: string[], profiles: Record<string, number>): boolean {
  return wanted.every(profile => wanted.filter(each => each === profile).length <= (profiles[profile] ?? 0));
}

const MIG_PARTITIONED: Shape<MigPartitionedGpuProps> = {
  ...POOL,
  gpu: needed(BOARD),
  layout: LAYOUT,
  layouts: LAYOUTS,
  otherBoards: listOf(struct<MigBoardLayouts>({ gpu: needed(BOARD), layout: LAYOUT, layouts: LAYOUTS })),
};
