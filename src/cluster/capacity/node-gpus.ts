import { BY_PROFILE, cutGpusOf, resourceOf, strategyOf } from './node-offers';
import { NodePool } from './node-pools';
import { GpuSliceKind } from '../../hardware';
import { at } from '../../kubernetes';
import { NodeDevices } from '../claims/gpu-device';
import { ClusterModel } from '../model/cluster-model';
import { defaultConfigOf, nodeConfigOf, Sharing } from '../model/device-plugin-config';

/** Something on a GPU that containers ask for: the whole GPU or a MIG device, shared or not. */
export interface NodeDevice {
  /** What pods ask for, as in `nvidia.com/mig-3g.40gb`. */
  readonly resource: string;
  /** How it is handed out. */
  readonly kind: GpuSliceKind;
  /** The MIG profile; undefined for a whole GPU. */
  readonly profile?: string;
  /** How many containers it takes at one time. */
  readonly seats: number;
}

/** GPUs of a node that are cut alike. */
export interface NodeGpu {
  /** How many of them; undefined when the manifests do not say it. */
  readonly count?: number;
  /** MIG devices by profile; undefined for a GPU that is whole. */
  readonly cut?: ReadonlyMap<string, number>;
  readonly devices: readonly NodeDevice[];
}

/** No GPU has more MIG devices than 7; of a layout that says more, MIG-032 tells. */
const MOST_DEVICES = 64;

/** The GPUs of each node of a pool, in the order of their index. */
export interface NodeGpus {
  readonly gpus: readonly NodeGpu[];
  /** Whether replicas fill one GPU before the next: device plugin flag `sharedDevicesAllocationPolicy: packed`. */
  readonly packed: boolean;
  /** Whether nothing says that the GPUs are cut or not, so that they are taken to be whole. */
  readonly wholeByDefault: boolean;
}

/**
 * How the GPUs of a pool's nodes are cut and shared once the configs are applied; undefined when the manifests do not
 * say it.
 */
export function nodeGpusOf(model: ClusterModel, pool: NodePool): NodeGpus | undefined {
  if (pool.published !== undefined) {
    return { gpus: publishedGpus(pool.published), packed: false, wholeByDefault: false };
  }
  const said = cutGpusOf(model, pool);
  const cut = said ?? (mayBeCut(pool) ? undefined : [{ gpus: pool.gpusPerNode }]);
  const config = nodeConfigOf(model, pool.labels);
  const namedConfig = pool.labels['nvidia.com/device-plugin.config'] ?? defaultConfigOf(model);
  if (cut === undefined || (config === undefined && namedConfig !== '')) { return undefined; }
  const strategy = pool.layouts === undefined ? strategyOf(model, config) : BY_PROFILE;
  if (cut.some(({ devices }) => devices !== undefined) && (strategy === undefined || strategy === '')) {
    return undefined;
  }
  const gpus = cut.map(({ gpus: count, devices }): NodeGpu => (
    { count, cut: devices, devices: devicesOn(devices, strategy, model.gpuOperator, config?.sharing) }));
  return {
    gpus,
    packed: at(config?.file.value, 'flags', 'plugin', 'sharedDevicesAllocationPolicy') === 'packed',
    wholeByDefault: said === undefined,
  };
}

/** GPUs whose devices pods claim, in the order in which they are published. */
function publishedGpus({ devices, counters }: NodeDevices): NodeGpu[] {
  const boards = new Map<string, NodeDevice[]>();
  for (const { board, profile } of devices) {
    const kind = profile === undefined ? GpuSliceKind.WHOLE : GpuSliceKind.MIG;
    boards.set(board, [...boards.get(board) ?? [], { resource: '', kind, profile, seats: 1 }]);
  }
  return [...boards.values()].map((each): NodeGpu => {
    const profiles = each.flatMap(({ profile }) => profile ?? []);
    const isCut = profiles.length > 0 && counters.size === 0;
    const count = (name: string) => profiles.filter(profile => profile === name).length;
    return { count: 1, devices: each, cut: isCut ? new Map(profiles.map(name => [name, count(name)])) : undefined };
  });
}

/** Whether a label names a layout, which then is not among the manifests. */
function mayBeCut({ labels }: NodePool): boolean {
  return !['', 'all-disabled'].includes(labels['nvidia.com/mig.config'] ?? '');
}

function devicesOn(
  cut: ReadonlyMap<string, number> | undefined, strategy: string | undefined, gpuOperator: string,
  sharing: Sharing | undefined,
): NodeDevice[] {
  if (cut === undefined) {
    return [shared({ resource: 'nvidia.com/gpu', kind: GpuSliceKind.WHOLE, seats: 1 }, sharing)];
  }
  // the plugin hands a GPU in MIG mode out as a whole, which no container can use
  if (strategy === 'none') { return []; }
  return [...cut].flatMap(([profile, count]) => {
    const resource = strategy === 'single' ? 'nvidia.com/gpu' : resourceOf(profile, gpuOperator);
    if (resource === undefined) { return []; }
    return Array.from({ length: Math.min(count, MOST_DEVICES) }, () =>
      shared({ resource, kind: GpuSliceKind.MIG, profile, seats: 1 }, sharing));
  });
}

function shared(device: NodeDevice, sharing: Sharing | undefined): NodeDevice {
  const of = sharing?.resources.find(each => each.name === device.resource);
  if (of === undefined) { return device; }
  const inTurns = device.profile === undefined ? GpuSliceKind.TIME_SLICED : GpuSliceKind.MIG_TIME_SLICED;
  return {
    ...device,
    resource: of.advertised,
    seats: of.replicas,
    kind: sharing!.method === 'mps' ? GpuSliceKind.MPS : inTurns,
  };
}
