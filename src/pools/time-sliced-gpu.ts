import { Construct } from 'constructs';
import { DevicePluginSharing, GpuAllocation, layoutsOf, MigBoardLayouts, WantedDevice } from '../allocation';
import { Gpu, GpuLayout, GpuSliceKind } from '../hardware';
import { listOf, needed, NUMBER, Shape, TEXT } from '../props';
import { checkBoardLayouts, countPerNode } from './board-layouts';
import { checked, GpuPool, GpuPoolProps } from './gpu-pool';
import { GpuSlice } from './gpu-slice';
import { BOARD, DEVICE_PLUGIN, LAYOUTS, POOL } from './prop-types';
import { checkReplicas, checkSetAside, checkShare, GpuShareOptions } from './sharing-limits';

/** A pool of GPUs that containers take turns on. */
export interface TimeSlicedGpuProps extends GpuPoolProps {
  /** How many containers share each device; from 2. */
  readonly replicas: number;
  /**
   * The board of the nodes. Needed with `layouts`.
   * @default - unknown: no product label is selected and memory is unknown
   */
  readonly gpu?: Gpu;
  /**
   * A layout per GPU, in the order of the NVML index: then the MIG devices are shared and whole GPUs stay whole. This
   * is how GPUs of one node are shared differently, which a time-slicing config cannot say by itself.
   * @default - no MIG: every GPU of the node is shared
   */
  readonly layouts?: GpuLayout[];
  /**
   * With `layouts`: the profiles that are shared.
   * @default - all profiles of the layouts
   */
  readonly profiles?: string[];
  /**
   * What only the device plugin can do: rename the resource, take requests for more than one share, fill or spread
   * GPUs.
   * @default - as the plugin does by itself, and requests for more than one share are refused
   */
  readonly devicePlugin?: DevicePluginSharing;
}

/**
 * Nodes whose GPUs, or whose MIG devices, are shared in time: containers take turns, and nothing isolates their memory.
 *
 * @example
 * const pool = new TimeSlicedGpu(chart, 'speech', {
 *   operator,
 *   gpu: Gpu.A100_SXM4_80GB,
 *   nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 1 }),
 *   replicas: 2,
 *   devicePlugin: { renameByDefault: true },
 * });
 * pool.share().attachTo(deployment);
 */
export class TimeSlicedGpu extends GpuPool {
  /** The board of the nodes, when known. */
  public readonly gpu?: Gpu;
  /** How many containers share each device. */
  public readonly replicas: number;

  private readonly board?: MigBoardLayouts;
  private readonly sharedProfiles: string[];

  constructor(scope: Construct, id: string, props: TimeSlicedGpuProps) {
    super(scope, id, checked(scope, id, props, TIME_SLICED));
    const path = this.node.path;
    checkReplicas(path, props.replicas);
    this.gpu = props.gpu;
    this.replicas = props.replicas;
    this.board = this.boardOf(props);
    this.sharedProfiles = this.profilesOf(props);

    this._register({
      gpus: props.gpu === undefined ? [] : [props.gpu],
      boards: this.board === undefined ? [] : [this.board],
      sharing: { method: 'timeSlicing', replicas: props.replicas, profiles: this.sharedProfiles },
      devicePlugin: props.devicePlugin,
    });
  }

  /**
   * A share: of a whole GPU, or of a MIG device when the pool has layouts.
   * @param profile the MIG profile; may be left out where only one is shared
   * @param options who shares with whom, or how much memory is set aside
   * @throws when the pool does not share that profile
   */
  public share(profile?: string, options: GpuShareOptions = {}): GpuSlice {
    checkShare(this.node.path, options);
    if (this.board === undefined) {
      if (profile !== undefined) {
        throw new Error(`${this.node.path}: the pool shares whole GPUs, not ${profile}; give it `
          + 'layouts, or call share() alone');
      }
      return this.wholeShare(options);
    }
    const chosen = profile ?? (this.sharedProfiles.length === 1 ? this.sharedProfiles[0] : undefined);
    if (chosen === undefined || !this.sharedProfiles.includes(chosen)) {
      throw new Error(`${this.node.path}: the pool shares ${this.sharedProfiles.join(', ')}; `
        + `${profile === undefined ? 'say which' : `not ${profile}`}`);
    }
    return this.migShare(this.board, chosen, options);
  }

  /**
   * A GPU that the layouts leave whole, and so unshared. With `GpuAllocation.DRA` a GPU is shared by those who name one
   * claim, so any GPU of the pool can be had whole.
   * @throws when there is none
   */
  public wholeGpu(): GpuSlice {
    const gpu = this.board?.gpu ?? this.gpu;
    const perClaim = this.board === undefined && this.operator.allocation === GpuAllocation.DRA;
    if (!perClaim && (this.board === undefined || !layoutsOf(this.board).some(layout => layout.isWhole))) {
      throw new Error(`${this.node.path}: every GPU of the pool is shared [CAP-001]; take a `
        + 'whole one from another pool, or share a MIG device by giving layouts and leave this GPU '
        + 'GpuLayout.whole()');
    }
    return this._slice({ kind: GpuSliceKind.WHOLE, gpu }, {
      memoryMib: gpu?.usableMib ?? gpu?.totalMib,
      capacity: this._capacity(this.board === undefined
        ? this.nodes.gpusPerNode
        : countPerNode(this.board, this.nodes, 'whole')),
    });
  }

  private wholeShare(options: GpuShareOptions): GpuSlice {
    const memory = { visibleMib: this.gpu?.usableMib ?? this.gpu?.totalMib, publishedMib: this.gpu?.totalMib };
    return this.shareOf({ kind: GpuSliceKind.TIME_SLICED, gpu: this.gpu }, options, memory, this.nodes.gpusPerNode);
  }

  private migShare(board: MigBoardLayouts, profile: string, options: GpuShareOptions): GpuSlice {
    const { memoryMib } = board.gpu.profile(profile);
    const memory = { visibleMib: memoryMib, publishedMib: memoryMib };
    return this.shareOf(
      { kind: GpuSliceKind.MIG_TIME_SLICED, gpu: board.gpu, profile },
      options,
      memory,
      countPerNode(board, this.nodes, profile),
    );
  }

  /** @param memory what a container sees of the device, and what the driver says that it has */
  private shareOf(
    device: Pick<WantedDevice, 'kind' | 'gpu' | 'profile'>, { group, memoryMib }: GpuShareOptions,
    memory: { readonly visibleMib?: number; readonly publishedMib?: number }, perNode: number | undefined,
  ): GpuSlice {
    if (memoryMib !== undefined) { checkSetAside(this.node.path, memoryMib, memory.publishedMib, this.replicas); }
    const seats = memoryMib === undefined ? this.replicas : Math.floor(memory.publishedMib! / memoryMib);
    return this._slice({ ...device, group, memoryMib }, {
      replicas: this.replicas,
      memoryMib: memoryMib ?? memory.visibleMib,
      memoryIsSetAside: memoryMib !== undefined,
      capacity: this._capacity(perNode === undefined ? undefined : perNode * seats),
    });
  }

  private boardOf(props: TimeSlicedGpuProps): MigBoardLayouts | undefined {
    if (props.layouts === undefined) { return undefined; }
    if (props.gpu === undefined) { throw new Error(`${this.node.path}: layouts need the gpu that they are for`); }
    const board = { gpu: props.gpu, layouts: props.layouts };
    checkBoardLayouts(this.node.path, board, this.nodes);
    return board;
  }

  private profilesOf(props: TimeSlicedGpuProps): string[] {
    const present = [...new Set((props.layouts ?? []).flatMap(layout => Object.keys(layout.profiles)))].sort();
    const asked = props.profiles ?? present;
    const absent = asked.find(profile => !present.includes(profile));
    if (absent !== undefined) {
      throw new Error(`${this.node.path}: profile ${absent} is to be shared, but the layouts have `
        + `${present.join(', ') || 'no MIG device'} [DP-007]; leave it out, or cut it in layouts`);
    }
    if (props.layouts !== undefined && asked.length === 0) {
      throw new Error(`${this.node.path}: the layouts have no MIG device to share; leave layouts out to `
        + 'share whole GPUs [DP-003]');
    }
    return [...asked].sort();
  }
}

const TIME_SLICED: Shape<TimeSlicedGpuProps> = {
  ...POOL,
  replicas: needed(NUMBER),
  gpu: BOARD,
  layouts: LAYOUTS,
  profiles: listOf(TEXT),
  devicePlugin: DEVICE_PLUGIN,
};
