import { Gpu } from '../hardware';
import { MigBoardLayouts } from './board-layouts';
import { DevicePluginSharing } from './device-plugin-sharing';
import { GpuNodes } from './gpu-nodes';
import { NodeLabelForm } from './node-label-form';

/** How containers share a device. */
export interface PoolSharing {
  readonly method: 'timeSlicing' | 'mps';
  /** How many containers share each device. */
  readonly replicas: number;
  /** The MIG profiles whose devices are shared; empty: the whole GPUs are. */
  readonly profiles: string[];
}

/**
 * What a pool means: which nodes, how their GPUs are cut, and how devices are shared. Nothing of how a back end says
 * it.
 */
export interface PoolDeclaration {
  /** Construct path, for messages. */
  readonly path: string;
  /** Name of the pool, a DNS label. */
  readonly name: string;
  readonly nodes: GpuNodes;
  /** The boards that may be in the nodes; empty when unknown. */
  readonly gpus: Gpu[];
  readonly labelForm?: NodeLabelForm;
  /** How each board is cut; empty: no GPU is. */
  readonly boards: MigBoardLayouts[];
  /** Undefined: every device is for one container. */
  readonly sharing?: PoolSharing;
  /** What only the device plugin can do. */
  readonly devicePlugin?: DevicePluginSharing;
}
