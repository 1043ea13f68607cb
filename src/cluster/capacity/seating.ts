import { askedByClaim, resourcesByClass } from './claim-demand';
import { GpuRequest, gpuRequestsOf, OfferingPool } from './gpu-requests';
import { NodeDevice, NodeGpus, nodeGpusOf } from './node-gpus';
import { nodePoolsOf, POOL_LABELS } from './node-pools';
import { mostPodsWithAutoscaler, podDemand, requested } from './pod-demand';
import { Gpu, GpuSliceKind } from '../../hardware';
import { at, listOf } from '../../kubernetes';
import { ClusterModel } from '../model/cluster-model';
import { GpuContainer, Workload } from '../model/workload';

/** A container on a device. */
export interface Occupant {
  readonly workload: Workload;
  readonly container: GpuContainer;
}

/** A device with who is on it. */
export interface SeatedDevice extends NodeDevice {
  readonly occupants: readonly Occupant[];
}

/** GPUs of a pool that are cut and used alike. */
export interface SeatedGpus {
  /** MIG devices by profile; undefined for whole GPUs. */
  readonly cut?: ReadonlyMap<string, number>;
  readonly devices: readonly SeatedDevice[];
  /** How many GPUs. */
  readonly count: number;
  /** On how many nodes. */
  readonly nodes: number;
  /** Their indices on a node. */
  readonly indices: readonly number[];
}

/** A pool with who is on its GPUs. */
export interface SeatedPool {
  readonly pool: OfferingPool;
  /** Empty when the manifests do not say how the GPUs are cut. */
  readonly gpus: readonly SeatedGpus[];
  /**
   * Whether the manifests say how many nodes and GPUs there are; else as many are shown as the pods need, and one at
   * least.
   */
  readonly isCounted: boolean;
  /** Whether the GPUs are taken to be whole because nothing says that they are cut or not. */
  readonly wholeByDefault: boolean;
}

/** Why pods of a workload have no place. */
export type Waiting = 'full' | 'not offered' | 'elsewhere' | 'by claim';

/** Pods that have no place in the pools. */
export interface Unseated {
  readonly workload: Workload;
  readonly pods: number;
  readonly why: Waiting;
  /** What it asks for by claim, in words. */
  readonly asks?: readonly string[];
}

/** One way in which the pods of a cluster find their places. */
export interface Seating {
  readonly pools: readonly SeatedPool[];
  readonly unseated: readonly Unseated[];
}

/**
 * Who sits where, as far as the manifests say it: pods in the order of the manifests, those that name their pool first,
 * each on the first node with room. On a node a GPU or MIG device is the first that is free, and a share is on the
 * device with the fewest tenants, as the device plugin's policy `distributed` has it, or on the fullest under `packed`
 * (k8s-device-plugin internal/rm/allocate.go). The scheduler may place them on other nodes of the same pool; it can
 * place no more of them than this where all pods ask for one device.
 */
export function seatingOf(model: ClusterModel): Seating {
  const pools = new Map<string, PoolSeats>();
  const boards = boardsBySelector(model);
  const seatsOf = (given: OfferingPool) => {
    const pool = given.boards.length > 0 ? given : { ...given, boards: boards(given) };
    const known = pools.get(keyOf(pool)) ?? new PoolSeats(pool, nodeGpusOf(model, pool));
    pools.set(keyOf(pool), known);
    return known;
  };
  nodePoolsOf(model).forEach(pool => seatsOf(pool));
  const byWorkload = new Map<Workload, GpuRequest>();
  for (const request of gpuRequestsOf(model)) {
    if (!byWorkload.has(request.workload)) { byWorkload.set(request.workload, request); }
  }
  const unseated: Unseated[] = [];
  const isNamed = (workload: Workload) => byWorkload.get(workload)?.named === true;
  // of devices that an annotation counts, a pod that asks by a resource gets one as by the device plugin
  const isCountable = (workload: Workload) =>
    byWorkload.get(workload)?.pools.some(({ layouts }) => layouts !== undefined) === true;
  const byClass = new Set(model.workloads.filter(workload =>
    resourcesByClass(model, workload).size > 0 && !isCountable(workload)));
  const asking = model.workloads.filter(workload => podDemand(workload).size > 0 && !byClass.has(workload));
  for (const workload of [...asking.filter(isNamed), ...asking.filter(each => !isNamed(each))]) {
    const request = byWorkload.get(workload);
    const pods = request?.pods ?? (workload.mostPods ?? 1); // of what has no number, such as a Job, one is shown
    if (pods === 0) { continue; }
    if (request === undefined) {
      unseated.push({ workload, pods, why: 'elsewhere' });
      continue;
    }
    const open = request.pools.map(seatsOf);
    const known = open.filter(pool => pool.isKnown);
    if (known.length === 0) {
      unseated.push({ workload, pods, why: 'elsewhere' });
      continue;
    }
    const seated = seatAll(workload, pods, known);
    if (seated < pods) {
      unseated.push({
        workload,
        pods: pods - seated,
        why: known.some(pool => pool.offersAll(workload)) ? 'full' : 'not offered',
      });
    }
  }
  const mostPods = mostPodsWithAutoscaler(model);
  const claiming = model.workloads.filter(workload =>
    byClass.has(workload) || (podDemand(workload).size === 0 && claims(workload)));
  unseated.push(...claiming.map((workload): Unseated => ({
    workload,
    pods: mostPods(workload) ?? 1,
    why: 'by claim',
    asks: askedByClaim(model, workload),
  })));
  return { pools: [...pools.values()].map(pool => pool.result()), unseated };
}

/**
 * The boards of a pool that only its pods tell of: by the product label that they select together with a label of the
 * pool.
 */
function boardsBySelector(model: ClusterModel): (pool: OfferingPool) => Gpu[] {
  const byLabel = new Map<string, Set<Gpu>>();
  for (const { nodeSelector } of model.workloads) {
    const gpu = nodeSelector[PRODUCT] === undefined ? undefined : Gpu.findByProductLabel(nodeSelector[PRODUCT]);
    if (gpu === undefined) { continue; }
    for (const pair of pairsOf(nodeSelector)) { byLabel.set(pair, (byLabel.get(pair) ?? new Set()).add(gpu)); }
  }
  return ({ labels }) => [...new Set(pairsOf(labels).flatMap(pair => [...byLabel.get(pair) ?? []]))];
}

const PRODUCT = 'nvidia.com/gpu.product';

function pairsOf(labels: Readonly<Record<string, string>>): string[] {
  return POOL_LABELS.flatMap(key => (labels[key] === undefined ? [] : [`${key}=${labels[key]}`]));
}

function seatAll(workload: Workload, pods: number, pools: readonly PoolSeats[]): number {
  let seated = 0;
  for (const pool of pools) {
    while (seated < pods && pool.seat(workload)) { seated++; }
  }
  return seated;
}

function keyOf({ title, labels }: OfferingPool): string {
  return JSON.stringify([title, labels]);
}

/**
 * Pods that ask for devices through the resource API: which device they get, its driver decides from CEL expressions.
 */
function claims({ document, path }: Workload): boolean {
  return ['resourceClaims', 'draResources'].some(key => listOf(at(document.value, ...path, key)).length > 0);
}

/** A device of one node, while pods are seated. */
interface OpenDevice { readonly device: NodeDevice; readonly gpu: number; readonly occupants: Occupant[] }

/** No node is looked at without end where the manifests count none. */
const MOST_OPEN_NODES = 10_000;

/** The seats of one pool. A node is opened when a pod needs it, so that a thousand idle nodes cost no more than one. */
class PoolSeats {
  private readonly nodes: OpenDevice[][] = [];
  /** The first node that may have room, by what is asked for. */
  private readonly firstOpen = new Map<string, number>();
  /** One GPU after the other, in the order of the index. */
  private readonly gpus: { readonly cut?: ReadonlyMap<string, number>; readonly devices: readonly NodeDevice[] }[];
  private readonly isCounted: boolean;

  constructor(private readonly pool: OfferingPool, private readonly known: NodeGpus | undefined) {
    this.gpus = (known?.gpus ?? []).flatMap(({ count, ...gpu }) => Array.from({ length: count ?? 1 }, () => gpu));
    this.isCounted = pool.nodes !== undefined && (known?.gpus ?? []).every(({ count }) => count !== undefined);
  }

  public get isKnown(): boolean {
    return this.known !== undefined && this.gpus.length > 0;
  }

  /** Whether an empty node would take a pod. */
  public offersAll(workload: Workload): boolean {
    return this.placesOn(this.emptyNode(), workload) !== undefined;
  }

  /** Seats one pod; false when no node has room. */
  public seat(workload: Workload): boolean {
    const demand = JSON.stringify([...podDemand(workload)]);
    for (let index = this.firstOpen.get(demand) ?? 0; index < this.mostNodes; index++) {
      const node = this.nodes[index] ?? this.emptyNode();
      const places = this.placesOn(node, workload);
      if (places !== undefined) {
        this.nodes[index] = node;
        for (const { device, occupant } of places) { device.occupants.push(occupant); }
        this.firstOpen.set(demand, index);
        return true;
      }
      if (index >= this.nodes.length) { break; } // not even an empty node has room
    }
    this.firstOpen.set(demand, this.mostNodes);
    return false;
  }

  public result(): SeatedPool {
    const idle = this.isCounted ? this.pool.nodes! - this.nodes.length : Number(this.nodes.length === 0);
    const alike = new Map<string, {
      gpu: number;
      devices: OpenDevice[];
      count: number;
      nodes: Set<number>;
      indices: Set<number>;
    }>();
    const take = (node: OpenDevice[], number: number, times: number) => {
      const byGpu = this.gpus.map((_, gpu) => node.filter(each => each.gpu === gpu));
      byGpu.forEach((devices, gpu) => {
        const key = JSON.stringify([
          [...this.gpus[gpu].cut ?? ['whole']],
          devices.map(({ device, occupants }) => [device.resource, occupants.map(numberOf)]),
        ]);
        const known = alike.get(key)
          ?? { gpu, devices, count: 0, nodes: new Set<number>(), indices: new Set<number>() };
        alike.set(key, known);
        known.count += times;
        known.indices.add(gpu);
        for (let each = 0; each < times; each++) { known.nodes.add(number + each); }
      });
    };
    const numbers = new Map<Workload, number>();
    const numberOf = ({ workload, container }: Occupant) => {
      numbers.set(workload, numbers.get(workload) ?? numbers.size);
      return [numbers.get(workload), container.name];
    };
    this.nodes.forEach((node, number) => take(node, number, 1));
    if (idle > 0) { take(this.emptyNode(), this.nodes.length, idle); }
    const gpus = [...alike.values()].map(({ gpu, devices, count, nodes, indices }): SeatedGpus => ({
      cut: this.gpus[gpu].cut,
      devices: devices.map(({ device, occupants }) => ({ ...device, occupants })),
      count,
      nodes: nodes.size,
      indices: [...indices].sort((a, b) => a - b),
    }));
    return { pool: this.pool, gpus, isCounted: this.isCounted, wholeByDefault: this.known?.wholeByDefault === true };
  }

  private get mostNodes(): number {
    return this.isCounted ? this.pool.nodes! : MOST_OPEN_NODES;
  }

  private emptyNode(): OpenDevice[] {
    return this.gpus.flatMap(({ devices }, gpu) => devices.map(device => ({ device, gpu, occupants: [] })));
  }

  /** A place for every device that a pod's containers ask for; undefined when the node has too few. */
  private placesOn(
    node: readonly OpenDevice[],
    workload: Workload,
  ): { device: OpenDevice; occupant: Occupant }[] | undefined {
    const places: { device: OpenDevice; occupant: Occupant }[] = [];
    const taken = (each: OpenDevice) => each.occupants.length + places.filter(place => place.device === each).length;
    // init containers have gone when the others start
    for (const container of workload.containers.filter(({ path }) => !path.includes('initContainers'))) {
      for (const [resource, count] of requested(container)) {
        for (let asked = 0; asked < count; asked++) {
          const free = node.filter(each => each.device.resource === resource && taken(each) < each.device.seats);
          const chosen = this.known!.packed
            || free.every(each => each.device.kind === GpuSliceKind.WHOLE || each.device.kind === GpuSliceKind.MIG)
            ? mostFirst(free, taken) : mostFirst(free, each => -taken(each));
          if (chosen === undefined) { return undefined; }
          places.push({ device: chosen, occupant: { workload, container } });
        }
      }
    }
    return places;
  }
}

function mostFirst(devices: readonly OpenDevice[], weight: (device: OpenDevice) => number): OpenDevice | undefined {
  return devices.reduce<OpenDevice | undefined>(
    (best, each) => (best === undefined || weight(each) > weight(best) ? each : best),
    undefined,
  );
}
