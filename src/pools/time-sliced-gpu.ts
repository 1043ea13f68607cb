import { Construct } from 'constructs';
import { DevicePluginConfig, devicePluginFile, migPartedEntries, MigStrategy, SharedDevicesAllocationPolicy, SharedResource } from '../allocation';
import { Gpu, GpuLayout, GpuSliceKind } from '../hardware';
import { hashedName } from '../kubernetes';
import { GPU_OPERATOR } from '../releases';
import { checkBoardLayouts, checkStrategy, countPerNode, layoutRules, layoutsOf, MigBoardLayouts } from './board-layouts';
import { certainProductLabel, GpuPool, GpuPoolProps } from './gpu-pool';
import { GpuSlice } from './gpu-slice';
import { checkReplicas, refuseDevices } from './sharing-limits';

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
   * A layout per GPU, in the order of the NVML index: then the MIG devices are shared and whole GPUs stay whole. This is
   * how GPUs of one node are shared differently, which a time-slicing config cannot say by itself.
   * @default - no MIG: every GPU of the node is shared
   */
  readonly layouts?: GpuLayout[];
  /**
   * With `layouts`: the profiles that are shared.
   * @default - all profiles of the layouts
   */
  readonly profiles?: string[];
  /**
   * Advertise the shared resource as `<name>.shared`, so that nobody gets a share by asking for a GPU.
   * @default false
   */
  readonly renameByDefault?: boolean;
  /**
   * Refuse containers that ask for more than one share: they would get no more compute or memory for it.
   * @default true
   */
  readonly failRequestsGreaterThanOne?: boolean;
  /**
   * How shares are spread over the GPUs of a node. Needs GPU Operator 26.7.
   * @default - the plugin's own: distributed
   */
  readonly allocationPolicy?: SharedDevicesAllocationPolicy;
  /**
   * Not possible, and only here to say so: sharing is for all GPUs of a node. The device plugin reads `devices` and then
   * ignores it (k8s-device-plugin api/config/v1/replicas.go).
   * @default - all GPUs of the node
   */
  readonly devices?: number[];
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
 *   renameByDefault: true,
 * });
 * pool.share().attachTo(deployment);
 */
export class TimeSlicedGpu extends GpuPool {
  /** The board of the nodes, when known. */
  public readonly gpu?: Gpu;
  /** How many containers share each device. */
  public readonly replicas: number;
  /** The key in the device-plugin ConfigMap: the value of `nvidia.com/device-plugin.config`. */
  public readonly devicePluginConfigName: string;

  private readonly board?: MigBoardLayouts;
  private readonly renamed: boolean;
  private readonly sharedProfiles: string[];

  constructor(scope: Construct, id: string, props: TimeSlicedGpuProps) {
    super(scope, id, props);
    const path = this.node.path;
    refuseDevices(path, props.devices);
    checkReplicas(path, props.replicas);
    if (props.allocationPolicy !== undefined && GPU_OPERATOR.lacks('packedAllocation', this.operator.version.version)) {
      throw new Error(`${path}: allocationPolicy needs GPU Operator ${GPU_OPERATOR.milestones.packedAllocation.begins}, the cluster has ${this.operator.version} [DP-010]; leave it out`);
    }
    this.gpu = props.gpu;
    this.replicas = props.replicas;
    this.renamed = props.renameByDefault ?? false;
    this.board = this.boardOf(props);
    this.sharedProfiles = this.profilesOf(props);

    const config: DevicePluginConfig = {
      // the same in the policy, or absent there: then this one decides for the node (STR-005)
      migStrategy: this.board === undefined ? undefined : this.operator.migStrategy,
      allocationPolicy: props.allocationPolicy,
      sharing: {
        method: 'timeSlicing',
        renameByDefault: this.renamed,
        failRequestsGreaterThanOne: props.failRequestsGreaterThanOne ?? true,
        resources: this.sharedResources(),
      },
    };
    this.devicePluginConfigName = hashedName(this._poolName, devicePluginFile(config));
    const entries = this.board && migPartedEntries(layoutRules(path, [this.board]));
    this._register({
      gpus: props.gpu === undefined ? [] : [props.gpu],
      mig: entries && { name: hashedName(this._poolName, entries), entries },
      devicePlugin: { name: this.devicePluginConfigName, config },
    });
  }

  /**
   * A share: of a whole GPU, or of a MIG device when the pool has layouts.
   * @param profile the MIG profile; may be left out where only one is shared
   * @throws when the pool does not share that profile
   */
  public share(profile?: string): GpuSlice {
    if (this.board === undefined) {
      if (profile !== undefined) { throw new Error(`${this.node.path}: the pool shares whole GPUs, not ${profile}; give it layouts, or call share() alone`); }
      return this.wholeShare();
    }
    const chosen = profile ?? (this.sharedProfiles.length === 1 ? this.sharedProfiles[0] : undefined);
    if (chosen === undefined || !this.sharedProfiles.includes(chosen)) {
      throw new Error(`${this.node.path}: the pool shares ${this.sharedProfiles.join(', ')}; ${profile === undefined ? 'say which' : `not ${profile}`}`);
    }
    return this.migShare(this.board, chosen);
  }

  /**
   * A GPU that the layouts leave whole, and so unshared.
   * @throws when there is none
   */
  public wholeGpu(): GpuSlice {
    if (this.board === undefined || !layoutsOf(this.board).some(layout => layout.isWhole)) {
      throw new Error(`${this.node.path}: every GPU of the pool is shared [CAP-001]; take a whole one from another pool, ` +
        'or share a MIG device by giving layouts and leave this GPU GpuLayout.whole()');
    }
    return new GpuSlice({
      resourceName: 'nvidia.com/gpu',
      kind: GpuSliceKind.WHOLE,
      pool: this.node.path,
      gpu: this.gpu,
      memoryMib: this.board.gpu.usableMib ?? this.board.gpu.totalMib,
      capacity: this._capacity(countPerNode(this.board, this.nodes, 'whole')),
      ...this._placement(certainProductLabel(this.gpu)),
    });
  }

  private wholeShare(): GpuSlice {
    const perNode = this.nodes.gpusPerNode;
    return new GpuSlice({
      resourceName: this.nameOf('nvidia.com/gpu'),
      kind: GpuSliceKind.TIME_SLICED,
      pool: this.node.path,
      gpu: this.gpu,
      replicas: this.replicas,
      memoryMib: this.gpu?.usableMib ?? this.gpu?.totalMib,
      capacity: this._capacity(perNode === undefined ? undefined : perNode * this.replicas),
      ...this._placement(certainProductLabel(this.gpu, this.renamed ? '' : '-SHARED')),
    });
  }

  private migShare(board: MigBoardLayouts, profile: string): GpuSlice {
    const single = this.operator.migStrategy === MigStrategy.SINGLE;
    const migProfile = board.gpu.profile(profile);
    const perNode = countPerNode(board, this.nodes, profile);
    const suffix = single ? `-MIG-${profile}${this.renamed ? '' : '-SHARED'}` : '';
    return new GpuSlice({
      resourceName: this.nameOf(single ? 'nvidia.com/gpu' : migProfile.resourceName),
      kind: GpuSliceKind.MIG_TIME_SLICED,
      pool: this.node.path,
      gpu: board.gpu,
      profile,
      replicas: this.replicas,
      memoryMib: migProfile.memoryMib,
      capacity: this._capacity(perNode === undefined ? undefined : perNode * this.replicas),
      ...this._placement(certainProductLabel(board.gpu, suffix)),
    });
  }

  private nameOf(resource: string): string {
    return this.renamed ? `${resource}.shared` : resource;
  }

  private sharedResources(): SharedResource[] {
    if (this.board === undefined || this.operator.migStrategy === MigStrategy.SINGLE) { return [{ name: 'nvidia.com/gpu', replicas: this.replicas }]; }
    return this.sharedProfiles.map(profile => ({ name: this.board!.gpu.profile(profile).resourceName, replicas: this.replicas }));
  }

  private boardOf(props: TimeSlicedGpuProps): MigBoardLayouts | undefined {
    if (props.layouts === undefined) { return undefined; }
    if (props.gpu === undefined) { throw new Error(`${this.node.path}: layouts need the gpu that they are for`); }
    const board = { gpu: props.gpu, layouts: props.layouts };
    checkBoardLayouts(this.node.path, board, this.nodes);
    checkStrategy(this.node.path, [board], this.operator.migStrategy, this.operator.version);
    return board;
  }

  private profilesOf(props: TimeSlicedGpuProps): string[] {
    const present = [...new Set((props.layouts ?? []).flatMap(layout => Object.keys(layout.profiles)))].sort();
    const asked = props.profiles ?? present;
    const absent = asked.find(profile => !present.includes(profile));
    if (absent !== undefined) {
      throw new Error(`${this.node.path}: profile ${absent} is to be shared, but the layouts have ${present.join(', ') || 'no MIG device'} [DP-007]`);
    }
    if (props.layouts !== undefined && asked.length === 0) {
      throw new Error(`${this.node.path}: the layouts have no MIG device to share; leave layouts out to share whole GPUs [DP-003]`);
    }
    return [...asked].sort();
  }
}
