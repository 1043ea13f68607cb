import { GpuDevice, NodeDevices } from './gpu-device';
import { RequestWay } from './pod-claims';
import { fieldsOf, textOf } from '../../kubernetes';

const known = new WeakMap<NodeDevices, Map<string, readonly (boolean | undefined)[]>>();

/** For each device of a node whether a request may get it, by expressions and taints; undefined where nobody knows. */
export function matchesOf(node: NodeDevices, way: RequestWay): readonly (boolean | undefined)[] {
  const byKey = known.get(node) ?? new Map<string, readonly (boolean | undefined)[]>();
  known.set(node, byKey);
  const matches = byKey.get(way.key) ?? node.devices.map(device => isSelected(device, way));
  byKey.set(way.key, matches);
  return matches;
}

/** The class comes first; a device that fails one expression is not looked at by the next (allocator isSelectable). */
function isSelected(device: GpuDevice, way: RequestWay): boolean | undefined {
  if (!toleratesAll(way, device)) { return false; }
  for (const selector of way.selectors) {
    const selected = selector(device);
    if (selected !== true) { return selected; }
  }
  const isSaid = !device.isPartlyKnown || [...way.capacity.keys()].every(name => device.capacity.has(name));
  return isSaid ? true : undefined;
}

/** Whether a request bears the taints of a device (k8s.io/api/resource/v1 DeviceToleration). */
function toleratesAll({ tolerations }: RequestWay, { taints }: GpuDevice): boolean {
  const keeping = taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return keeping.every(({ key, value, effect }) => tolerations.map(fieldsOf).some(each => {
    const isAnyKey = (textOf(each.key) ?? '') === '' && each.operator === 'Exists';
    return (isAnyKey || each.key === key)
      && (each.operator === 'Exists' || (textOf(each.value) ?? '') === value)
      && ((textOf(each.effect) ?? '') === '' || each.effect === effect);
  }));
}
