import { Gpu, GpuLayout, MigProfile, placeLayout } from '../../src/hardware';

type Fields = Record<string, any>;

const DRIVER = 'gpu.nvidia.com';
const valued = (figures: Record<string, number>) =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, { value: String(value) }]));

function attributesOf(gpu: Gpu): Fields {
  return {
    productName: { string: gpu.nvmlProductNames[0] },
    architecture: { string: gpu.architecture[0].toUpperCase() + gpu.architecture.slice(1) },
    driverVersion: { version: '580.95.5' },
  };
}

const uuid = (node: string, minor: number) => `GPU-${node}-${minor}`;

function whole(gpu: Gpu, node: string, minor: number): Fields {
  return {
    name: `gpu-${minor}`,
    attributes: { type: { string: 'gpu' }, uuid: { string: uuid(node, minor) }, ...attributesOf(gpu) },
    capacity: valued({ memory: gpu.totalMib! * 1024 ** 2 }),
  };
}

function mig(gpu: Gpu, node: string, minor: number, profile: MigProfile, start: number): Fields {
  return {
    name: `gpu-${minor}-mig-${profile.name.replace('.', '').replace('+', '-')}-${profile.giProfileId}-${start}`,
    attributes: { type: { string: 'mig' }, profile: { string: profile.name }, parentUUID: { string: uuid(node, minor) }, ...attributesOf(gpu) },
    capacity: valued({ memory: profile.memoryMib! * 1024 ** 2, multiprocessors: profile.multiprocessors! }),
  };
}

/** A node with boards of one type: whole, cut before the driver starts, or cut as claims come. */
export interface PublishedNode {
  readonly name: string;
  readonly gpu?: Gpu;
  /** A layout for each GPU; `onClaim` for one that is cut on claim. */
  readonly boards: readonly (GpuLayout | 'onClaim')[];
  /** Whether claims may take parts of the memory of a whole GPU. */
  readonly isShared?: boolean;
  readonly labels?: Record<string, string>;
}

/** What the driver publishes of a node (dra-driver-nvidia-gpu@95932046 deviceinfo.go, mig.go, partitions.go). */
export function slicesOf({ name, gpu = Gpu.H100_SXM5_80GB, boards, isShared = false }: PublishedNode): Fields[] {
  const sharedCounters: Fields[] = [];
  const units = gpu.placementUnits ?? gpu.memorySlices!;
  const devices = boards.flatMap((board, minor): Fields[] => {
    if (board !== 'onClaim') {
      return board.isWhole ? [whole(gpu, name, minor)] : placeLayout(gpu, board)!.instances
        .map(({ profile, placement }) => mig(gpu, name, minor, profile, placement.start));
    }
    const counterSet = `gpu-${minor}-counter-set`;
    const most = Math.max(...gpu.profiles.map(({ multiprocessors }) => multiprocessors!));
    const counters = (multiprocessors: number, start: number, size: number) => valued({
      multiprocessors, ...Object.fromEntries(Array.from({ length: size }, (_, index) => [`memory-slice-${start + index}`, 1])),
    });
    sharedCounters.push({ name: counterSet, counters: counters(most, 0, units) });
    const plain = gpu.profiles.filter(profile => !/gfx|-me/.test(profile.name));
    return [
      { ...whole(gpu, name, minor), consumesCounters: [{ counterSet, counters: counters(most, 0, units) }] },
      ...plain.flatMap(profile => profile.placements!.map(({ start, size }) => (
        { ...mig(gpu, name, minor, profile, start), consumesCounters: [{ counterSet, counters: counters(profile.multiprocessors!, start, size) }] }
      ))),
    ];
  });
  const shown = !isShared ? devices : devices.map(device => {
    const { value } = device.capacity.memory;
    const requestPolicy = { default: value, validRange: { min: '1Mi', max: value, step: '1Mi' } };
    return { ...device, allowMultipleAllocations: true, capacity: { ...device.capacity, memory: { value, requestPolicy } } };
  });
  const contents = sharedCounters.length > 0 ? [{ sharedCounters }, { devices: shown }] : [{ devices: shown }];
  return contents.map((content, index) => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name: `${name}-${index}` },
    spec: { driver: DRIVER, nodeName: name, pool: { name, generation: 1, resourceSliceCount: contents.length }, ...content },
  }));
}

/** The slices of nodes, and the Node objects of those with labels. */
export function clusterOf(...nodes: PublishedNode[]): Fields[] {
  return nodes.flatMap(node => [
    ...node.labels === undefined ? [] : [{ apiVersion: 'v1', kind: 'Node', metadata: { name: node.name, labels: node.labels } }],
    ...slicesOf(node),
  ]);
}

/** A request for one device of a profile; of a whole GPU where none is given. */
export function request(profile?: string, more: Fields = {}): Fields {
  return {
    deviceClassName: profile === undefined ? DRIVER : 'mig.nvidia.com',
    ...profile !== undefined && { selectors: [{ cel: { expression: `device.attributes['${DRIVER}'].profile == '${profile}'` } }] },
    ...more,
  };
}

/** A template of claims with requests, each as in `exactly`, and constraints. */
export function template(name: string, requests: readonly Fields[], constraints?: readonly Fields[]): Fields {
  const devices = { requests: requests.map((exactly, index) => (exactly.firstAvailable === undefined ? { name: `r${index}`, exactly } : { name: `r${index}`, ...exactly })), ...constraints && { constraints } };
  return { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate', metadata: { name, namespace: 'a' }, spec: { spec: { devices } } };
}

/** A claim that pods share. */
export function claim(name: string, requests: readonly Fields[], more: Fields = {}): Fields {
  const { spec } = template(name, requests).spec;
  const { metadata = {}, ...rest } = more;
  return { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name, namespace: 'a', ...metadata }, spec, ...rest };
}

/** A pod spec whose one container uses claims: `t:name` of templates, `c:name` by name. */
export function podWith(names: readonly string[], more: Fields = {}): Fields {
  const resourceClaims = names.map((each, index) => {
    const [kind, name] = each.split(':');
    return { name: `d${index}`, [kind === 't' ? 'resourceClaimTemplateName' : 'resourceClaimName']: name };
  });
  const claims = resourceClaims.map(({ name }) => ({ name }));
  return { resourceClaims, containers: [{ name: 'main', image: 'x', resources: { claims } }], ...more };
}

export function deployment(name: string, names: readonly string[], replicas = 1, more: Fields = {}): Fields {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'a' }, spec: { replicas, template: { spec: podWith(names, more) } } };
}

export const asText = (objects: readonly Fields[]) => objects.map(each => JSON.stringify(each)).join('\n---\n');
