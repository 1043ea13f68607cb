import { Construct } from 'constructs';
import { Gpu, GpuSliceKind } from '../hardware';
import { certainProductLabel, GpuPool, GpuPoolProps } from './gpu-pool';
import { GpuSlice } from './gpu-slice';

/** A pool of whole GPUs. */
export interface DedicatedGpuProps extends GpuPoolProps {
  /**
   * The board of the nodes.
   * @default - unknown: no product label is selected and memory is unknown
   */
  readonly gpu?: Gpu;
}

/**
 * Nodes whose GPUs are handed out whole, one container each. The operator needs no configuration for them.
 *
 * @example
 * const pool = new DedicatedGpu(chart, 'llm', {
 *   operator,
 *   gpu: Gpu.A100_SXM4_80GB,
 *   nodes: GpuNodes.named(['gpu-node-2'], { gpusPerNode: 2 }),
 * });
 * pool.wholeGpu().attachTo(deployment);
 */
export class DedicatedGpu extends GpuPool {
  /** The board of the nodes, when known. */
  public readonly gpu?: Gpu;

  constructor(scope: Construct, id: string, props: DedicatedGpuProps) {
    super(scope, id, props);
    this.gpu = props.gpu;
    this._register({ gpus: props.gpu === undefined ? [] : [props.gpu] });
  }

  /** A whole GPU: `nvidia.com/gpu`. */
  public wholeGpu(): GpuSlice {
    return new GpuSlice({
      resourceName: 'nvidia.com/gpu',
      kind: GpuSliceKind.WHOLE,
      pool: this.node.path,
      gpu: this.gpu,
      memoryMib: this.gpu?.usableMib ?? this.gpu?.totalMib,
      capacity: this._capacity(this.nodes.gpusPerNode),
      ...this._placement(certainProductLabel(this.gpu)),
    });
  }
}
