import { Construct } from 'constructs';
import { DevicePluginSharing } from '../allocation';
import { Gpu, GpuSliceKind } from '../hardware';
import { needed, NUMBER, Shape } from '../props';
import { checked, GpuPool, GpuPoolProps } from './gpu-pool';
import { GpuSlice } from './gpu-slice';
import { BOARD, DEVICE_PLUGIN, POOL } from './prop-types';
import { checkReplicas, checkShare, GpuShareOptions } from './sharing-limits';

/** A pool of GPUs that are shared through MPS. */
export interface MpsSharedGpuProps extends GpuPoolProps {
  /** How many containers share each GPU; 2 to 48, and to 16 on boards below compute capability 7.5. */
  readonly replicas: number;
  /**
   * The board of the nodes.
   * @default - unknown: no product label is selected and memory is unknown
   */
  readonly gpu?: Gpu;
  /**
   * What only the device plugin can do: rename the resource, take requests for more than one share.
   * @default - as the plugin does by itself
   */
  readonly devicePlugin?: DevicePluginSharing;
}

/**
 * The largest number of clients that the MPS control daemon takes (k8s-device-plugin
 * cmd/mps-control-daemon/mps/device.go; MPS-002).
 */
const MAX_REPLICAS = 48;

/**
 * Nodes whose GPUs are shared through MPS: kernels of several containers run side by side, each with `1/replicas` of
 * the memory and of the threads. Not on MIG devices, and not beside a `mixed` strategy, which `GpuOperator` takes care
 * of.
 *
 * An engine under MPS sees the memory of the whole board: size its pool to the share (`GpuSlice.memoryMib`).
 *
 * @example
 * const pool = new MpsSharedGpu(chart, 'embeddings', {
 *   operator,
 *   gpu: Gpu.fromProductLabel('NVIDIA-L40S'),
 *   nodes: GpuNodes.labeled({ 'cloud.example.com/pool': 'l40s' }, { gpusPerNode: 4, count: 2 }),
 *   replicas: 4,
 * });
 * pool.share().attachTo(deployment);
 */
export class MpsSharedGpu extends GpuPool {
  /** The board of the nodes, when known. */
  public readonly gpu?: Gpu;
  /** How many containers share each GPU. */
  public readonly replicas: number;

  constructor(scope: Construct, id: string, props: MpsSharedGpuProps) {
    super(scope, id, checked(scope, id, props, MPS_SHARED));
    const path = this.node.path;
    checkReplicas(path, props.replicas);
    const limit = props.gpu?.maxMpsReplicas ?? MAX_REPLICAS;
    if (props.gpu !== undefined && !props.gpu.supportsMps) {
      throw new Error(`${path}: ${props.gpu.name} cannot be shared through MPS [MPS-002]; use TimeSlicedGpu`);
    }
    if (props.replicas > limit) {
      throw new Error(`${path}: ${props.replicas} replicas, but MPS takes at most ${limit} clients `
        + `${props.gpu ? `on ${props.gpu.name}` : 'on any board'} [MPS-002]; ask for ${limit} or fewer, or use `
        + 'TimeSlicedGpu');
    }
    this.gpu = props.gpu;
    this.replicas = props.replicas;
    this._register({
      gpus: props.gpu === undefined ? [] : [props.gpu],
      boards: [],
      sharing: { method: 'mps', replicas: props.replicas, profiles: [] },
      devicePlugin: props.devicePlugin,
    });
  }

  /**
   * A share of a GPU.
   * @param options who shares with whom
   */
  public share(options: GpuShareOptions = {}): GpuSlice {
    checkShare(this.node.path, options);
    if (options.memoryMib !== undefined) {
      throw new Error(`${this.node.path}: MPS gives each client the same part of the memory, by replicas, and the `
        + 'driver refuses MPS beside memory that is set aside [DRA-010]; leave memoryMib out, or use '
        + 'TimeSlicedGpu');
    }
    const perNode = this.nodes.gpusPerNode;
    const total = this.gpu?.totalMib;
    return this._slice({ kind: GpuSliceKind.MPS, gpu: this.gpu, group: options.group }, {
      replicas: this.replicas,
      // the daemon's pinned-memory limit: total / replicas in whole MiB (k8s-device-plugin
      // cmd/mps-control-daemon/mps/daemon.go; MPS-004)
      memoryMib: total === undefined ? undefined : Math.floor(total / this.replicas),
      capacity: this._capacity(perNode === undefined ? undefined : perNode * this.replicas),
    });
  }
}

const MPS_SHARED: Shape<MpsSharedGpuProps> = {
  ...POOL,
  replicas: needed(NUMBER),
  gpu: BOARD,
  devicePlugin: DEVICE_PLUGIN,
};
