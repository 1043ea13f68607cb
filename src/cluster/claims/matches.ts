import { GpuDevice, NodeDevices } from './gpu-device';
import { RequestWay } from './pod-claims';
import { fieldsOf, textOf } from '../../kubernetes';

/** Which devices of a node a request selects, and which of those it may get. */
interface Matches {
  readonly selected: readonly (boolean | undefined)[];
  readonly open: readonly (boolean | undefined)[];
}

const known = new WeakMap<NodeDevices, Map<string, Matches>>();

/** For each device of a node whether a request may get it, by expressions and taints; undefined where nobody knows. */
export function matchesOf(node: NodeDevices, way: RequestWay): readonly (boolean | undefined)[] {
  return bothOf(node, way).open;
}

/** The same without regard to taints: a request for all devices wants those too that it may not have. */
export function selectedBy(node: NodeDevices, way: RequestWay): readonly (boolean | undefined)[] {
  return bothOf(node, way).selected;
}

function bothOf(node: NodeDevices, way: RequestWay): Matches {
  const byKey = known.get(node) ?? new Map<string, Matches>();
  known.set(node, byKey);
  const matches = byKey.get(way.key) ?? matchesIn(node, way);
  byKey.set(way.key, matches);
  return matches;
}

function matchesIn({ devices }: NodeDevices, way: RequestWay): Matches {
  const selected = devices.map(device => isSelected(device, way));
  return { selected, open: selected.map((each, index) => (toleratesAll(way, devices[index]) ? each : false)) };
}

/** The class comes first; a device that fails one expression is not looked at by the next (allocator isSelectable). */
function isSelected(device: GpuDevice, way: RequestWay): boolean | undefined {
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
