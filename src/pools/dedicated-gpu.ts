import { Construct } from 'constructs';
import { Gpu, GpuSliceKind } from '../hardware';
import { Shape } from '../props';
import { checked, GpuPool, GpuPoolProps } from './gpu-pool';
import { GpuSlice } from './gpu-slice';
import { BOARD, POOL } from './prop-types';

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
    super(scope, id, checked(scope, id, props, DEDICATED));
    this.gpu = props.gpu;
    this._register({ gpus: props.gpu === undefined ? [] : [props.gpu], boards: [] });
  }

  /** A whole GPU: `nvidia.com/gpu`, or a claim of one. */
  public wholeGpu(): GpuSlice {
    return this._slice({ kind: GpuSliceKind.WHOLE, gpu: this.gpu }, {
      memoryMib: this.gpu?.usableMib ?? this.gpu?.totalMib,
      capacity: this._capacity(this.nodes.gpusPerNode),
    });
  }
}

const DEDICATED: Shape<DedicatedGpuProps> = {
  ...POOL,
  gpu: BOARD,
};
