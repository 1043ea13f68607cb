import { OfferingPool } from './gpu-requests';
import { NodeDevice, NodeGpus } from './node-gpus';
import { podDemand, requested } from './pod-demand';
import { GpuSliceKind } from '../../hardware';
import { allocate, Given } from '../claims/allocate';
import { claimableDevices } from '../claims/declared-devices';
import { NodeDevices } from '../claims/gpu-device';
import { PodClaim } from '../claims/pod-claims';
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

/** Where claims are that several pods share, by `namespace/name`. */
export type SharedClaims = Map<string, SharedPlace>;

interface SharedPlace { readonly pool: PoolSeats; readonly node: number; readonly given: readonly Given[] }

/** Whether a pod has a place: `unknown` where nobody knows which devices its claims select. */
export type Seat = 'seated' | 'none' | 'unknown';

/** A device of one node, while pods are seated. */
interface OpenDevice {
  readonly device: NodeDevice;
  readonly gpu: number;
  readonly occupants: Occupant[];
  /** Whether a claim has it, or whoever asked for its resource. */
  isTaken: boolean;
  /** Whether claims have it or parts of it. */
  isClaimed: boolean;
  /** How its claim shares it. */
  strategy?: string;
  /** How much of each capacity claims have. */
  readonly consumed: Map<string, number>;
}

/** The places of a pod on a node. */
interface Places {
  readonly byResource: readonly { readonly device: OpenDevice; readonly occupant: Occupant }[];
  readonly byClaim: readonly Given[];
}

/** No node is looked at without end where the manifests count none. */
const MOST_OPEN_NODES = 10_000;

/** The seats of one pool. A node is opened when a pod needs it, so that a thousand idle nodes cost no more than one. */
export class PoolSeats {
  private readonly nodes: OpenDevice[][] = [];
  /** The first node that may have room, by what is asked for. */
  private readonly firstOpen = new Map<string, number>();
  /** One GPU after the other, in the order of the index. */
  private readonly gpus: { readonly cut?: ReadonlyMap<string, number>; readonly devices: readonly NodeDevice[] }[];
  private readonly isCounted: boolean;
  /** What claims may get of each node, in the order of its devices. */
  private readonly claimable: NodeDevices;

  constructor(public readonly pool: OfferingPool, private readonly known: NodeGpus | undefined) {
    this.gpus = (known?.gpus ?? []).flatMap(({ count, ...gpu }) => Array.from({ length: count ?? 1 }, () => gpu));
    this.isCounted = pool.nodes !== undefined && (known?.gpus ?? []).every(({ count }) => count !== undefined);
    this.claimable = claimableDevices(pool, known ?? { gpus: [] });
  }

  public get isKnown(): boolean {
    return this.known !== undefined && this.gpus.length > 0;
  }

  /** Whether nothing says how its GPUs are cut. */
  public get isAssumed(): boolean {
    return this.known?.wholeByDefault === true;
  }

  /** Whether nothing says which boards there are either, so that nobody knows what a claim selects. */
  public get isNotSaid(): boolean {
    return this.isAssumed && this.pool.boards.length === 0;
  }

  /** Whether an empty node would take a pod. */
  public offersAll(workload: Workload, claims: readonly PodClaim[] = []): boolean {
    return typeof this.placesOn(this.emptyNode(), workload, claims) === 'object';
  }

  /** Seats one pod on the first node that has room. */
  public seat(workload: Workload, claims: readonly PodClaim[], shared: SharedClaims): Seat {
    const held = claims.flatMap(each => (each.shared === undefined ? [] : shared.get(each.shared) ?? []));
    if (held.length > 0) {
      const [{ pool, node }] = held;
      const isHere = held.every(each => each.pool === this && each.node === node);
      return isHere && pool === this ? this.seatOn(node, workload, claims, shared) : 'none';
    }
    const demand = JSON.stringify([[...podDemand(workload)], claims.map(keyOf)]);
    for (let index = this.firstOpen.get(demand) ?? 0; index < this.mostNodes; index++) {
      const isEmpty = index >= this.nodes.length;
      const seat = this.seatOn(index, workload, claims, shared);
      if (seat === 'seated') { this.firstOpen.set(demand, index); }
      if (seat !== 'none') { return seat; }
      if (isEmpty) { break; } // not even an empty node has room
    }
    this.firstOpen.set(demand, this.mostNodes);
    return 'none';
  }

  /** Puts a pod on devices that its claims have already, by the names of requests and devices. */
  public hold(node: number, held: readonly { readonly request: string; readonly device: string }[],
    workload: Workload, claim: PodClaim | undefined): readonly Given[] {
    const open = this.openNode(node);
    const given = held.flatMap(({ request, device }): Given[] => {
      const index = this.claimable.devices.findIndex(({ name }) => name === device);
      const asked = claim?.requests.find(({ name }) => name === request.split('/')[0])
        ?? { name: request, ways: [], containers: workload.containers.slice(0, 1) };
      const whole: PodClaim = claim ?? { requests: [asked], constraints: [] };
      return index < 0 ? [] : [{ claim: whole, request: asked, device: index, adminAccess: false }];
    });
    this.take(open, given);
    return given;
  }

  /** Puts the containers of a pod on the devices of its claims. */
  public occupy(node: number, given: readonly Given[], workload: Workload): void {
    const open = this.openNode(node);
    for (const { request, device, adminAccess } of given) {
      if (adminAccess) { continue; }
      open[device].occupants.push(...request.containers.map(container => ({ workload, container })));
    }
  }

  public result(): SeatedPool {
    const idle = this.isCounted ? this.pool.nodes! - this.nodes.length : Number(this.nodes.length === 0);
    const alike = new Map<string, {
      gpu: DrawnGpu;
      count: number;
      nodes: Set<number>;
      indices: Set<number>;
    }>();
    const numbers = new Map<Workload, number>();
    const numberOf = ({ workload, container }: Occupant) => {
      numbers.set(workload, numbers.get(workload) ?? numbers.size);
      return [numbers.get(workload), container.name];
    };
    const take = (node: OpenDevice[], number: number, times: number) => {
      const byGpu = this.gpus.map(({ cut }, gpu) =>
        drawn(cut, node.filter(each => each.gpu === gpu), this.isCutOnClaim));
      byGpu.forEach((gpu, index) => {
        const key = JSON.stringify([
          [...gpu.cut ?? ['whole']],
          gpu.devices.map(({ resource, profile, occupants }) => [resource, profile, occupants.map(numberOf)]),
        ]);
        const known = alike.get(key) ?? { gpu, count: 0, nodes: new Set<number>(), indices: new Set<number>() };
        alike.set(key, known);
        known.count += times;
        known.indices.add(index);
        for (let each = 0; each < times; each++) { known.nodes.add(number + each); }
      });
    };
    this.nodes.forEach((node, number) => take(node, number, 1));
    if (idle > 0) { take(this.emptyNode(), this.nodes.length, idle); }
    const gpus = [...alike.values()].map(({ gpu, count, nodes, indices }): SeatedGpus => ({
      ...gpu,
      count,
      nodes: nodes.size,
      indices: [...indices].sort((a, b) => a - b),
    }));
    return { pool: this.pool, gpus, isCounted: this.isCounted, wholeByDefault: this.isAssumed };
  }

  private get mostNodes(): number {
    return this.isCounted ? this.pool.nodes! : MOST_OPEN_NODES;
  }

  /** Whether the driver makes MIG devices when they are claimed, so that it publishes each that could be. */
  private get isCutOnClaim(): boolean {
    return this.claimable.counters.size > 0;
  }

  private openNode(index: number): OpenDevice[] {
    while (this.nodes.length <= index) { this.nodes.push(this.emptyNode()); }
    return this.nodes[index];
  }

  private emptyNode(): OpenDevice[] {
    return this.gpus.flatMap(({ devices }, gpu) => devices.map(device =>
      ({ device, gpu, occupants: [], isTaken: false, isClaimed: false, consumed: new Map() })));
  }

  private seatOn(index: number, workload: Workload, claims: readonly PodClaim[], shared: SharedClaims): Seat {
    const node = this.nodes[index] ?? this.emptyNode();
    const open = claims.filter(({ shared: name }) => name === undefined || !shared.has(name));
    const places = this.placesOn(node, workload, open);
    if (typeof places === 'string') { return places; }
    this.openNode(index);
    this.nodes[index] = node;
    for (const { device, occupant } of places.byResource) {
      device.occupants.push(occupant);
      device.isTaken = true;
    }
    this.take(node, places.byClaim);
    for (const claim of claims) {
      const given = places.byClaim.filter(each => each.claim === claim);
      const known = claim.shared === undefined ? undefined : shared.get(claim.shared);
      if (claim.shared !== undefined && known === undefined) {
        shared.set(claim.shared, { pool: this, node: index, given });
      }
      this.occupy(index, inRequestsOf(claim, known?.given) ?? given, workload);
    }
    return 'seated';
  }

  private take(node: readonly OpenDevice[], given: readonly Given[]): void {
    for (const { claim, device, consumes, adminAccess } of given) {
      if (adminAccess) { continue; }
      const open = node[device];
      open.isClaimed = true;
      open.strategy = claim.strategy;
      if (consumes === undefined) { open.isTaken = true; }
      for (const [name, part] of consumes ?? []) { open.consumed.set(name, (open.consumed.get(name) ?? 0) + part); }
    }
  }

  /** Places for all that a pod asks for; `none` when the node has too few. */
  private placesOn(
    node: readonly OpenDevice[],
    workload: Workload,
    claims: readonly PodClaim[],
  ): Places | Exclude<Seat, 'seated'> {
    const made = claims.filter(({ resource }) => resource !== undefined && this.hasByClass);
    const byClass = new Set(made.map(({ resource }) => resource));
    const byResource = this.placesByResource(node, workload, byClass);
    if (byResource === undefined) { return 'none'; }
    const open = [...claims.filter(({ resource }) => resource === undefined), ...made];
    if (open.length === 0) { return { byResource, byClaim: [] }; }
    const asked = new Set(byResource.map(({ device }) => device));
    const uses = node.map(each => ({ isTaken: each.isTaken || asked.has(each), consumed: each.consumed }));
    const byClaim = allocate(this.claimable, uses, open);
    return typeof byClaim === 'string' ? byClaim : { byResource, byClaim };
  }

  /** Whether its pods get what a DeviceClass stands for by claims; where an annotation counts the devices, by resource. */
  private get hasByClass(): boolean {
    return this.pool.layouts === undefined || this.pool.published !== undefined;
  }

  private placesByResource(
    node: readonly OpenDevice[],
    workload: Workload,
    byClass: ReadonlySet<string | undefined>,
  ): { device: OpenDevice; occupant: Occupant }[] | undefined {
    const places: { device: OpenDevice; occupant: Occupant }[] = [];
    const taken = (each: OpenDevice) => each.occupants.length + places.filter(place => place.device === each).length;
    // init containers have gone when the others start
    for (const container of workload.containers.filter(({ path }) => !path.includes('initContainers'))) {
      for (const [resource, count] of requested(container)) {
        if (byClass.has(resource)) { continue; }
        for (let asked = 0; asked < count; asked++) {
          const free = node.filter(each =>
            each.device.resource === resource && !each.isClaimed && taken(each) < each.device.seats);
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

type DrawnGpu = Pick<SeatedGpus, 'cut' | 'devices'>;

/** A GPU as it is once claims are met. Of one that is cut on claim, what is claimed is there, and it is whole else. */
function drawn(cut: DrawnGpu['cut'], devices: readonly OpenDevice[], isCutOnClaim: boolean): DrawnGpu {
  if (!isCutOnClaim) { return { cut, devices: devices.map(seated) }; }
  const claimed = devices.filter(({ isClaimed }) => isClaimed);
  const slices = claimed.flatMap(({ device: { profile } }) => profile ?? []);
  if (slices.length === 0) {
    const whole = devices.filter(({ device }) => device.profile === undefined);
    return { devices: whole.map(seated) };
  }
  const counts = new Map<string, number>();
  for (const profile of slices) { counts.set(profile, (counts.get(profile) ?? 0) + 1); }
  return { cut: counts, devices: claimed.map(seated) };
}

/** Those who name one claim, or have parts of one device, take turns on it unless the claim says MPS. */
function seated({ device, occupants, isClaimed, strategy }: OpenDevice): SeatedDevice {
  if (!isClaimed || occupants.length < 2) { return { ...device, occupants }; }
  const inTurns = device.profile === undefined ? GpuSliceKind.TIME_SLICED : GpuSliceKind.MIG_TIME_SLICED;
  const kind = strategy === 'MPS' && device.profile === undefined ? GpuSliceKind.MPS : inTurns;
  return { ...device, kind, seats: Math.max(device.seats, occupants.length), occupants };
}

/** What a claim has, for the containers of a pod that names it too. */
function inRequestsOf(claim: PodClaim, given: readonly Given[] | undefined): readonly Given[] | undefined {
  return given?.map(each => ({
    ...each, request: claim.requests.find(({ name }) => name === each.request.name) ?? each.request,
  }));
}

/** Equal for claims that ask for the same. */
function keyOf({ shared, constraints, requests }: PodClaim): unknown[] {
  const ways = requests.map(request => request.ways.map(({ key, count, adminAccess, capacity }) =>
    [key, count, adminAccess, ...capacity]));
  return [shared, constraints, ways];
}

function mostFirst(devices: readonly OpenDevice[], weight: (device: OpenDevice) => number): OpenDevice | undefined {
  return devices.reduce<OpenDevice | undefined>(
    (best, each) => (best === undefined || weight(each) > weight(best) ? each : best),
    undefined,
  );
}
