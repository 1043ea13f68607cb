import { NodePool } from './node-pools';
import { Gpu, MigProfileName } from '../../hardware';
import { at, fieldsOf, listOf, numberIn, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { ClusterModel } from '../model/cluster-model';
import { deviceFiltersOf, isForBoard } from '../model/device-filter';
import { NodeConfig, nodeConfigOf } from '../model/device-plugin-config';
import { shippedDevicesOf, usesShippedNames } from '../model/shipped-mig-configs';

/** GPU resources that each node of a pool hands out. A count is undefined where the number of GPUs is not known. */
export type NodeOffers = ReadonlyMap<string, number | undefined>;

/** GPUs of a node that are in one state. */
export interface CutGpus {
  /** How many; undefined when it is not known. */
  readonly gpus?: number;
  /** MIG devices of each by profile; undefined for a GPU that is whole. */
  readonly devices?: ReadonlyMap<string, number>;
}

const WHOLE_GPU = 'nvidia.com/gpu';

const PRODUCT = 'nvidia.com/gpu.product';

/** DeviceClasses have the names that the device plugin gives MIG devices under this strategy. */
export const BY_PROFILE = 'mixed';

/**
 * What each node of a pool hands out once its configs are applied; what it reports where a config is not among the
 * manifests. Undefined when neither is known.
 */
export function offersOf(model: ClusterModel, pool: NodePool): NodeOffers | undefined {
  // what is published is claimed, and no device plugin hands it out
  const declared = pool.published === undefined || pool.layouts !== undefined ? declaredOffers(model, pool) : undefined;
  if (declared !== undefined || pool.allocatable === undefined) { return declared; }
  return new Map(Object.entries(pool.allocatable).map(([name, count]) => [name, numberIn(count)]));
}

/**
 * The whole GPUs that each node of a pool has at most, where nothing shows how they are cut: of a board that somebody
 * cut by hand there are fewer. Undefined where they may be shared, or counted as MIG devices.
 */
export function mostWholeGpus(model: ClusterModel, pool: NodePool): number | undefined {
  const { labels, gpusPerNode, author } = pool;
  const isPlain = /^(?!.*-(?:MIG|SHARED)).+/.test(labels[PRODUCT] ?? '') && (labels['nvidia.com/mig.config'] ?? '') === '';
  const isAsItIs = nodeConfigOf(model, labels) === undefined && !mayHaveConfig(model, pool);
  return author === 'person' && isPlain && isAsItIs ? gpusPerNode : undefined;
}

function declaredOffers(model: ClusterModel, pool: NodePool): NodeOffers | undefined {
  const cut = cutGpusOf(model, pool);
  const config = nodeConfigOf(model, pool.labels);
  const isSaid = pool.layouts !== undefined;
  if (cut === undefined || (config === undefined && !isSaid && mayHaveConfig(model, pool))) { return undefined; }
  const devices = devicesOf(cut, isSaid ? BY_PROFILE : strategyOf(model, config), model.gpuOperator);
  if (devices === undefined) { return undefined; }
  return new Map([...devices].map(([name, count]) => {
    const shared = config?.sharing?.resources.find(each => each.name === name);
    return shared === undefined
      ? [name, count]
      : [shared.advertised, count === undefined ? undefined : count * shared.replicas];
  }));
}

/** The MIG strategy of the device plugin; undefined when the manifests do not say it. */
export function strategyOf(model: ClusterModel, config: NodeConfig | undefined): string | undefined {
  return model.policyStrategy
    ?? textOf(at(config?.file.value, 'flags', 'migStrategy'))
    ?? (model.policyIsWhole ? 'none' : undefined);
}

/**
 * Whether the nodes have a device-plugin config that the manifests do not show: named by a label, by the policy, or by
 * a policy that is elsewhere. What GPU feature discovery wrote of a node shows whether its GPUs are shared
 * (k8s-device-plugin internal/lm/resource.go).
 */
function mayHaveConfig(model: ClusterModel, { labels, author }: NodePool): boolean {
  const named = labels['nvidia.com/device-plugin.config']
    ?? model.policies.map(({ spec }) => textOf(at(spec, 'devicePlugin', 'config', 'default'))).find(Boolean)
    ?? '';
  if (named !== '' || author !== 'person' || model.policies.length > 0) { return named !== ''; }
  const product = labels[PRODUCT];
  return product === undefined || product.endsWith('-SHARED') || model.devicePluginFiles.length > 0
    || ![
      '1',
      undefined,
    ].includes(labels['nvidia.com/gpu.replicas']) || ![
    'none',
    undefined,
  ].includes(labels['nvidia.com/gpu.sharing-strategy']);
}

/** How the GPUs of a node are cut; undefined when the manifests do not say it. */
export function cutGpusOf(
  model: ClusterModel,
  { labels, boards, gpusPerNode, author, layouts }: NodePool,
): CutGpus[] | undefined {
  if (layouts !== undefined) {
    return layouts.map(each => ({
      gpus: layouts.length === 1 ? gpusPerNode : 1,
      devices: each.size === 0 ? undefined : each,
    }));
  }
  const config = labels['nvidia.com/mig.config'] ?? '';
  const defined = model.migConfigsNamed(config).filter(each => Array.isArray(each));
  if (defined.length === 1) {
    const key = JSON.stringify(['cut by', config, boards.map(({ id }) => id), gpusPerNode]);
    return model.once(key, () => cutBy(listOf(defined[0]), boards, gpusPerNode)); // thousands of nodes may select it
  }
  if (defined.length === 0 && config !== '' && config !== 'all-disabled' && usesShippedNames(model)) {
    const devices = shippedCut(config, boards);
    return devices && [{ gpus: gpusPerNode, devices }];
  }
  // without a label of that kind somebody may have cut them by hand, unless the board cannot be cut or this library
  // made the pool
  const isWhole = defined.length === 0
    && (config === 'all-disabled' || (config === '' && (author === 'construct' || cannotBeCut(labels, boards))));
  return isWhole ? [{ gpus: gpusPerNode }] : undefined;
}

/** What a config of NVIDIA's own makes of each GPU, where it is the same for all boards that a node may have. */
function shippedCut(config: string, boards: readonly Gpu[]): ReadonlyMap<string, number> | undefined {
  const [first, ...others] = boards.map(gpu => shippedDevicesOf(config, gpu));
  const isLike = (other: ReadonlyMap<string, number> | undefined) =>
    JSON.stringify([...other ?? []]) === JSON.stringify([...first ?? []]);
  return others.every(isLike) ? first : undefined;
}

/**
 * Whether no GPU of a node can be cut: its boards have no MIG, or feature discovery says so, or the product is one of a
 * family without it.
 */
function cannotBeCut(labels: NodePool['labels'], boards: Gpu[]): boolean {
  if (boards.length > 0) { return !boards.some(gpu => gpu.migCapable); }
  return labels['nvidia.com/mig.capable'] === 'false'
    || /^(?:NVIDIA-)?(?:GeForce|Quadro|TITAN)-/.test(labels[PRODUCT] ?? '');
}

/**
 * The entries of a config, applied in order: of those for one GPU the last wins (mig-parted
 * cmd/nvidia-mig-parted/apply/config.go).
 */
function cutBy(entries: readonly unknown[], boards: Gpu[], gpusPerNode: number | undefined): CutGpus[] {
  const mine = entries.filter(entry => boards.length === 0 || boards.some(gpu => isForBoard(entry, gpu)));
  const certain = mine.every(entry => deviceFiltersOf(entry).length === 0) || boards.length === 1;
  const listsIndices = mine.every(entry => Array.isArray(at(entry, 'devices')));
  const count = gpusPerNode
    ?? (listsIndices
      ? 1 + Math.max(-1, ...mine.flatMap(entry => listOf(at(entry, 'devices')).map(numberIn)))
      : undefined);
  if (!certain || count === undefined || !(count <= 64)) { return mine.map(entry => ({ devices: devicesIn(entry) })); }
  return Array.from({ length: count }, (_, index) =>
    mine.filter(entry => at(entry, 'devices') === 'all' || listOf(at(entry, 'devices')).includes(index)).at(-1))
    .filter(entry => entry !== undefined) // a GPU without an entry keeps what it had (MIG-015)
    .map(entry => ({ gpus: 1, devices: devicesIn(entry) }));
}

function devicesIn(entry: unknown): Map<string, number> | undefined {
  if (at(entry, 'mig-enabled') !== true) { return undefined; }
  return new Map(Object.entries(fieldsOf(at(entry, 'mig-devices')))
    .map(([name, count]): [string, number] => [name, numberIn(count)])
    .filter(([, count]) => count > 0));
}

/**
 * What the device plugin advertises, before sharing (docs/facts/gpu-operator.md "Resource names"); undefined when the
 * strategy is not known, or stops it.
 */
function devicesOf(
  cut: CutGpus[],
  strategy: string | undefined,
  gpuOperator: string,
): Map<string, number | undefined> | undefined {
  const offers = new Map<string, number | undefined>();
  const add = (name: string, count: number | undefined) => {
    const known = offers.has(name) ? offers.get(name) : 0;
    offers.set(name, count === undefined || known === undefined ? undefined : known + count);
  };
  const isCut = cut.some(({ devices }) => devices !== undefined);
  if (isCut && (strategy === undefined || strategy === '')) { return undefined; }
  for (const { gpus, devices } of cut) {
    if (devices === undefined || strategy === 'none') {
      add(WHOLE_GPU, gpus);
      continue;
    }
    for (const [profile, count] of devices) {
      const resource = strategy === 'single' ? WHOLE_GPU : resourceOf(profile, gpuOperator);
      if (resource === undefined) { return undefined; }
      add(resource, gpus === undefined ? undefined : gpus * count);
    }
  }
  return offers;
}

/**
 * Under `mixed`. Profiles with attributes were handed out under the base name before device plugin 0.20.0 (STR-004);
 * compute instances stop the plugin (STR-003).
 */
export function resourceOf(profile: string, gpuOperator: string): string | undefined {
  const name = MigProfileName.find(profile);
  if (name === undefined || name.isComputeInstance) { return undefined; }
  return GPU_OPERATOR.lacks('attributeResources', gpuOperator)
    ? `nvidia.com/mig-${name.gpuInstanceSlices}g.${name.memoryGb}gb`
    : name.resourceName;
}
