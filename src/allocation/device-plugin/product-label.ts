import { Gpu, GpuSliceKind } from '../../hardware';
import { WantedDevice } from '../allocation-backend';
import { MigStrategy } from '../mig-strategy';
import { PoolDeclaration } from '../pool-declaration';

/**
 * The product label of the nodes of a device, when it is certain: `gpu.product` gets a suffix for sharing and, under
 * `single`, for the profile; under `mixed` that of a MIG node stays plain (k8s-device-plugin internal/lm/resource.go;
 * POD-005).
 */
export function productLabelOf(
  pool: PoolDeclaration,
  { kind, gpu, profile }: WantedDevice,
  strategy: MigStrategy,
): string | undefined {
  if (pool.boards.length > 1) { return undefined; } // a node may have several boards, and has one label
  const isSingle = profile !== undefined && strategy === MigStrategy.SINGLE;
  const isMixed = profile !== undefined && !isSingle;
  const isShared = kind !== GpuSliceKind.WHOLE
    && kind !== GpuSliceKind.MIG
    && pool.devicePlugin?.renameByDefault !== true;
  return certainProductLabel(gpu, isMixed ? '' : `${isSingle ? `-MIG-${profile}` : ''}${isShared ? '-SHARED' : ''}`);
}

/** The product label of a board when there is exactly one and it fits a label value (POD-005, POD-006). */
function certainProductLabel(gpu: Gpu | undefined, suffix: string): string | undefined {
  if (gpu === undefined || gpu.productLabels.length !== 1) { return undefined; }
  const label = `${gpu.productLabels[0]}${suffix}`;
  return label.length <= 63 ? label : undefined;
}
