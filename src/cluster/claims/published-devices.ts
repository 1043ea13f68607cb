import { CapacityPolicy, DeviceTaint, GPU_DRIVER, GpuDevice, NodeDevices } from './gpu-device';
import { at, DeviceAttribute, Fields, fieldsOf, listOf, quantityOf, textOf } from '../../kubernetes';
import { ClusterModel } from '../model/cluster-model';
import { ManifestDocument } from '../model/document';

/**
 * The GPUs and MIG devices that the driver publishes, by node, as ResourceSlices among the manifests say it; undefined
 * for a node of whose slices some are not there.
 */
export function publishedDevices(model: ClusterModel): ReadonlyMap<string, NodeDevices | undefined> {
  return model.once(publishedDevices, () => {
    const byNode = new Map<string, ManifestDocument[]>();
    for (const slice of model.ofKind('ResourceSlice')) {
      const node = textOf(slice.spec.nodeName);
      if (node === undefined || slice.spec.driver !== GPU_DRIVER) { continue; }
      const others = byNode.get(node);
      if (others === undefined) { byNode.set(node, [slice]); } else { others.push(slice); }
    }
    const asTheyAre = asksForOneDevice(model);
    return new Map([...byNode].map(([node, slices]) => {
      const devices = devicesIn(slices);
      return [node, devices === undefined || asTheyAre ? devices : withoutIdentity(devices)];
    }));
  });
}

/**
 * Which slices of a pool count: those of its newest generation, once all are there (k8s.io/api/resource/v1
 * ResourcePool).
 */
function devicesIn(slices: readonly ManifestDocument[]): NodeDevices | undefined {
  const generation = (slice: ManifestDocument) => Number(at(slice.spec, 'pool', 'generation') ?? 0);
  const newest = Math.max(...slices.map(generation));
  const valid = slices.filter(each => generation(each) === newest);
  if (valid.length < Number(at(valid[0].spec, 'pool', 'resourceSliceCount') ?? 1)) { return undefined; }
  const counters = valid.flatMap(({ spec }) => listOf(spec.sharedCounters)).flatMap(set =>
    valuesIn(at(set, 'counters'), `${textOf(at(set, 'name')) ?? ''}/`));
  const devices = valid.flatMap(({ spec }) => listOf(spec.devices)).map(deviceOf).filter(each => each !== undefined);
  // the devices of a board stand together, as the pictures want them; the driver publishes them so
  const boards = [...new Set(devices.map(({ board }) => board))];
  const order = new Map(boards.map((board, index) => [board, index]));
  return { devices: devices.sort((a, b) => order.get(a.board)! - order.get(b.board)!), counters: new Map(counters) };
}

/** One device; undefined for what is no GPU and no MIG device, such as a GPU that is given to a virtual machine. */
function deviceOf(value: unknown): GpuDevice | undefined {
  const fields = { ...fieldsOf(value), ...fieldsOf(at(value, 'basic')) }; // as v1beta1 has it
  const attributes = new Map(Object.entries(fieldsOf(fields.attributes)).flatMap(([name, each]) => {
    const attribute = attributeOf(fieldsOf(each));
    return attribute === undefined ? [] : [[withDomain(name), attribute] as const];
  }));
  const type = attributes.get(`${GPU_DRIVER}/type`);
  if (type !== 'gpu' && type !== 'mig') { return undefined; }
  const name = textOf(fields.name) ?? '';
  const profile = attributes.get(`${GPU_DRIVER}/profile`);
  const board = attributes.get(`${GPU_DRIVER}/${type === 'gpu' ? 'uuid' : 'parentUUID'}`);
  const entries = Object.entries(fieldsOf(fields.capacity));
  return {
    name,
    driver: GPU_DRIVER,
    board: typeof board === 'string' ? board : /^gpu-\d+/.exec(name)?.[0] ?? name,
    profile: typeof profile === 'string' ? profile : undefined,
    attributes,
    capacity: new Map(valuesIn(fields.capacity, '').map(([key, each]) => [withDomain(key), each])),
    allowMultipleAllocations: fields.allowMultipleAllocations === true,
    isPartlyKnown: false,
    consumes: new Map(listOf(fields.consumesCounters).flatMap(each =>
      valuesIn(at(each, 'counters'), `${textOf(at(each, 'counterSet')) ?? ''}/`))),
    policies: new Map(entries.flatMap(([key, each]) => {
      const policy = fieldsOf(at(each, 'requestPolicy'));
      return Object.keys(policy).length === 0 ? [] : [[withDomain(key), policyOf(policy)] as const];
    })),
    taints: listOf(fields.taints).map(fieldsOf).map((taint): DeviceTaint =>
      ({ key: textOf(taint.key) ?? '', value: textOf(taint.value) ?? '', effect: textOf(taint.effect) ?? '' })),
  };
}

const withDomain = (name: string) => (name.includes('/') ? name : `${GPU_DRIVER}/${name}`);

function attributeOf({ string, int, bool, version }: Readonly<Fields>): DeviceAttribute | undefined {
  if (typeof string === 'string' || typeof bool === 'boolean' || typeof int === 'number') {
    return [string, bool, int].find(each => each !== undefined) as DeviceAttribute;
  }
  return typeof version === 'string' ? { version } : undefined;
}

/** Quantities by name: each plain, or in a field `value`. */
function valuesIn(values: unknown, prefix: string): [string, number][] {
  return Object.entries(fieldsOf(values)).flatMap(([name, each]) => {
    const value = quantityOf(at(each, 'value') ?? each);
    return value === undefined ? [] : [[prefix + name, value]];
  });
}

function policyOf(policy: Readonly<Fields>): CapacityPolicy {
  const [least, most, step] = ['min', 'max', 'step'].map(key => quantityOf(at(policy, 'validRange', key)));
  const values = listOf(policy.validValues).map(quantityOf).filter(each => each !== undefined);
  return {
    least,
    most,
    step,
    byDefault: quantityOf(policy.default),
    validValues: values.length === 0 ? undefined : values.sort((a, b) => a - b),
  };
}

/** What is of one board in the world; the scheduler compares it within a node alone. */
const IDENTITIES = ['gpu.nvidia.com/uuid', 'gpu.nvidia.com/parentUUID', 'resource.kubernetes.io/pciBusID'];

/** Whether some expression picks a board by its identity, so that nodes with the same boards are not alike. */
function asksForOneDevice(model: ClusterModel): boolean {
  return model.selectorExpressions.some(({ expression }) => /uuid|parentUUID|pciBusID|pcieBusID/i.test(expression));
}

/** Boards numbered instead of named, so that nodes with the same boards are told to be alike. */
function withoutIdentity({ devices, counters }: NodeDevices): NodeDevices {
  const numbers = new Map<string, string>();
  const numberOf = (value: string) => {
    const known = numbers.get(value) ?? `board ${numbers.size}`;
    numbers.set(value, known);
    return known;
  };
  return {
    counters,
    devices: devices.map(device => ({
      ...device,
      board: numberOf(device.board),
      attributes: new Map([...device.attributes].map(([name, value]) =>
        [name, IDENTITIES.includes(name) && typeof value === 'string' ? numberOf(value) : value])),
    })),
  };
}
