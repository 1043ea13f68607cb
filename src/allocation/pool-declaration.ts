import { Gpu } from '../hardware';
import { DevicePluginConfig } from './device-plugin/device-plugin-file';
import { MigPartedEntry } from './device-plugin/mig-parted-file';
import { GpuNodes } from './gpu-nodes';
import { NodeLabelForm } from './node-label-form';

/** What a pool tells the operator: which nodes, and what each of the two files shall say for them. */
export interface PoolDeclaration {
  /** Construct path, for messages. */
  readonly path: string;
  /** Name of the pool, a DNS label. */
  readonly name: string;
  readonly nodes: GpuNodes;
  /** The boards that may be in the nodes; empty when unknown. */
  readonly gpus: Gpu[];
  readonly labelForm?: NodeLabelForm;
  /** An entry of the mig-parted file. */
  readonly mig?: { readonly name: string; readonly entries: MigPartedEntry[] };
  /** A key of the device-plugin ConfigMap. */
  readonly devicePlugin?: { readonly name: string; readonly config: DevicePluginConfig };
}

/** Whether the pool shares its GPUs through MPS. */
export function usesMps(pool: PoolDeclaration): boolean {
  return pool.devicePlugin?.config.sharing?.method === 'mps';
}
