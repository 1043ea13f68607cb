import { mostWholeGpus, NodeOffers, offersOf } from './node-offers';
import { NodePool, nodePoolsOf, POOL_LABELS } from './node-pools';
import { mostPodsWithAutoscaler, podDemand } from './pod-demand';
import { Gpu } from '../../hardware';
import { ClusterModel } from '../model/cluster-model';
import { Workload } from '../model/workload';

const PRODUCT = 'nvidia.com/gpu.product';

/** A pool with what each of its nodes hands out. */
export interface OfferingPool extends NodePool {
  readonly offers?: NodeOffers;
  /** The whole GPUs of each at most, where nothing shows what it hands out. */
  readonly mostGpus?: number;
}

/** A resource that the pods of a workload ask for, and the pools whose nodes they may run on. */
export interface GpuRequest {
  readonly workload: Workload;
  readonly resource: string;
  /** For each pod. */
  readonly count: number;
  /** The most at one time; undefined for what has no such number. */
  readonly pods?: number;
  readonly pools: OfferingPool[];
  /** Whether the workload names the pools, and not merely may run there. */
  readonly named: boolean;
}

/** Every request for a GPU resource whose pools are known. */
export function gpuRequestsOf(model: ClusterModel): readonly GpuRequest[] {
  return model.once(gpuRequestsOf, () => [...gather(model)]);
}

/** What all workloads that are alike ask for, and where. */
interface Asking extends Pick<GpuRequest, 'pools' | 'named'> {
  readonly demand: ReadonlyMap<string, number>;
}

function* gather(model: ClusterModel): Generator<GpuRequest> {
  const asking = askingOf(model);
  const mostPods = mostPodsWithAutoscaler(model);
  for (const workload of model.workloads) {
    const known = asking.get(model.firstLike(workload));
    if (known === undefined) { continue; }
    const { demand, pools, named } = known;
    const pods = workload.document.kind === 'DaemonSet' ? sumOf(pools.map(({ nodes }) => nodes)) : mostPods(workload);
    for (const [resource, count] of demand) { yield { workload, resource, count, pods, pools, named }; }
  }
}

function askingOf(model: ClusterModel): Map<Workload, Asking> {
  const pools = poolIndex(model);
  const bySelector = new Map<string, ReturnType<typeof poolsFor>>();
  const asking = new Map<Workload, Asking>();
  for (const workload of model.distinctWorkloads) {
    const demand = podDemand(workload);
    if (demand.size === 0) { continue; }
    const required = requiredOf(workload);
    const key = JSON.stringify([required, workload.document.author]);
    const chosen = bySelector.get(key) ?? poolsFor(model, workload, required, pools);
    bySelector.set(key, chosen);
    if (chosen !== undefined && chosen.pools.length > 0) { asking.set(workload, { demand, ...chosen }); }
  }
  return asking;
}

/**
 * The pools on whose nodes the claims of a workload may be met; undefined when it may run on nodes that the manifests
 * do not name.
 */
export function poolsForClaims(model: ClusterModel, workload: Workload): readonly OfferingPool[] | undefined {
  const pools = poolIndex(model);
  const required = requiredOf(workload);
  const open = pools.all.filter(pool => required.every(([key, values]) => (pool.published === undefined
    ? mayHave(pool, key, values)
    : mayHavePublished(pool, key, values))));
  const leadsElsewhere = required.some(([key]) => isOtherLabel(key, pools));
  return leadsElsewhere && open.some(({ published }) => published === undefined) ? undefined : open;
}

/** Of a Node object all labels are known. */
function mayHavePublished(pool: OfferingPool, key: string, values: string[]): boolean {
  if (key === PRODUCT && pool.boards.length > 0) { return mayHave(pool, key, values); }
  return pool.labels[key] === undefined ? pool.hasOtherLabels === true : values.includes(pool.labels[key]);
}

/** The sum; undefined when a part is. */
export function sumOf(parts: (number | undefined)[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );
}

/** The pools by the labels that name them, so that thousands of pools cost no more than their number. */
class PoolIndex {
  private readonly byLabel = new Map<string, OfferingPool[]>();
  private readonly keys = new Set<string>();

  constructor(public readonly all: OfferingPool[]) {
    for (const pool of all) {
      for (const [key, value] of Object.entries(pool.labels)) {
        this.keys.add(key);
        const pair = `${key}=${value}`;
        const known = this.byLabel.get(pair);
        if (known === undefined) { this.byLabel.set(pair, [pool]); } else { known.push(pool); }
      }
    }
  }

  public with(key: string, values: string[]): OfferingPool[] {
    return [...new Set(values.flatMap(value => this.byLabel.get(`${key}=${value}`) ?? []))];
  }

  /** Whether some pool is known by a label. */
  public knows(key: string): boolean {
    return this.keys.has(key);
  }
}

function poolIndex(model: ClusterModel): PoolIndex {
  return model.once(poolIndex, () =>
    new PoolIndex(nodePoolsOf(model).map(pool =>
      ({ ...pool, offers: offersOf(model, pool), mostGpus: mostWholeGpus(model, pool) }))));
}

/** The values that will do, by label. */
function requiredOf({ nodeSelector, requiredLabels }: Workload): [string, string[]][] {
  return Object.entries({
    ...requiredLabels,
    ...Object.fromEntries(Object.entries(nodeSelector).map(([key, value]) => [key, [value]])),
  })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The pools that a workload may run on; undefined when it may run on nodes that the manifests do not name. */
function poolsFor(
  model: ClusterModel, workload: Workload, required: [string, string[]][], pools: PoolIndex,
): Pick<GpuRequest, 'pools' | 'named'> | undefined {
  const naming = required.filter(([key]) => (POOL_LABELS as readonly string[]).includes(key));
  if (naming.length > 0) {
    const named = pools.with(...naming[0])
      .filter(pool => required.every(([key, values]) => mayHave(pool, key, values)));
    return { pools: named.length > 0 ? named : [selectedOnly(model, workload, required)], named: true };
  }
  // a label that no pool is known by may lead anywhere
  if (required.some(([key]) => isOtherLabel(key, pools))) { return undefined; }
  return {
    pools: pools.all.filter(pool => required.every(([key, values]) => mayHave(pool, key, values))),
    named: false,
  };
}

/** Whether a label is none that a pool is known by. */
function isOtherLabel(key: string, pools: PoolIndex): boolean {
  return key !== PRODUCT
    && !key.startsWith('nvidia.com/mig.')
    && !(POOL_LABELS as readonly string[]).includes(key)
    && !pools.knows(key);
}

/** Nodes that only a selector tells of: what each hands out follows from its configs all the same. */
function selectedOnly(
  model: ClusterModel,
  { document: { author } }: Workload,
  required: [string, string[]][],
): OfferingPool {
  const single = required.filter(([, values]) => values.length === 1).map(([key, [value]]) => [key, value] as const);
  const labels = Object.fromEntries(single.filter(([key]) => (POOL_LABELS as readonly string[]).includes(key)));
  const boards = single.filter(([key]) => key === PRODUCT).flatMap(([, label]) => Gpu.findByProductLabel(label) ?? []);
  const pool: NodePool = {
    title: `the nodes with ${Object.entries(labels).map(pair => pair.join('=')).join(', ')}`,
    labels,
    boards,
    author,
  };
  return { ...pool, offers: offersOf(model, pool) };
}

function mayHave({ labels, boards }: OfferingPool, key: string, values: string[]): boolean {
  if (key === PRODUCT && boards.length > 0) {
    return values.some(label => boards.some(gpu => Gpu.findByProductLabel(label)?.id === gpu.id));
  }
  return labels[key] === undefined ? !(POOL_LABELS as readonly string[]).includes(key) : values.includes(labels[key]);
}
