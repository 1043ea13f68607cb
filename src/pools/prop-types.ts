import { DevicePluginSharing, NodeLabelForm, SharedDevicesAllocationPolicy } from '../allocation';
import { FLAG, listOf, made, needed, oneOf, Shape, struct } from '../props';
import { GpuPoolProps } from './gpu-pool';

export const BOARD = made('a board such as Gpu.A100_SXM4_80GB, or Gpu.of(...)', 'productLabels');
export const LAYOUT = made('a layout such as GpuLayout.of({ \'3g.40gb\': 2 }) or GpuLayout.whole()', 'isWhole');
export const LAYOUTS = listOf(LAYOUT);
export const DEVICE_PLUGIN = struct<DevicePluginSharing>({
  renameByDefault: FLAG, failRequestsGreaterThanOne: FLAG, allocationPolicy: oneOf(SharedDevicesAllocationPolicy),
});

/** What all pools take. */
export const POOL: Shape<GpuPoolProps> = {
  operator: needed(made('the GpuOperator of the cluster', '_register')),
  nodes: needed(made('nodes such as GpuNodes.named([...], { gpusPerNode: 8 })', 'byBoard')),
  nodeLabels: oneOf(NodeLabelForm),
};
