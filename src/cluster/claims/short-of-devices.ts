import { claimableDevices } from './declared-devices';
import { consumedOf, GpuDevice, NodeDevices } from './gpu-device';
import { matchesOf } from './matches';
import { mostAtOnce } from './most-at-once';
import { ClaimedRequest, podClaims } from './pod-claims';
import { publishedDevices } from './published-devices';
import { countedBySlices } from '../capacity/device-users';
import { OfferingPool, poolsForClaims, sumOf } from '../capacity/gpu-requests';
import { nodeGpusOf } from '../capacity/node-gpus';
import { mostPodsWithAutoscaler } from '../capacity/pod-demand';
import { ClusterModel } from '../model/cluster-model';
import { Workload } from '../model/workload';

/** Claims that ask for more than there is. */
export interface ShortOfDevices {
  /** What there is too little of: devices in words, or a capacity or counter of them. */
  readonly what: string;
  /** The unit of `room`: `devices`, `bytes`, or what a counter counts. */
  readonly unit: 'devices' | 'bytes' | 'counter';
  readonly room: number;
  readonly sum: number;
  readonly asked: readonly { readonly workload: Workload; readonly count: number }[];
  readonly pools: readonly OfferingPool[];
  /** Whether it is one job, of which so many pods are to run side by side. */
  readonly isJob: boolean;
}

/** A pool of which the devices are known and counted. */
interface CountedPool { readonly pool: OfferingPool; readonly devices: NodeDevices; readonly nodes: number }

/** What all pods of a workload ask for by one request of their claims. */
interface Demand {
  readonly workload: Workload;
  readonly request: ClaimedRequest;
  /** How often: once for a claim that pods share. */
  readonly claims: number;
  /** Devices of each pool that will do, by index. */
  readonly eligible: ReadonlyMap<CountedPool, readonly number[]>;
  /** Whether all pods share one claim. */
  readonly isShared: boolean;
  /** Counted by itself: jobs wait for each other. */
  readonly isJob: boolean;
}

/** A workload whose pods claim devices of which none is left for one pod more. */
export interface WithoutSpare {
  readonly workload: Workload;
  readonly pods: number;
  readonly what: string;
  readonly room: number;
  readonly sum: number;
  readonly pools: readonly OfferingPool[];
}

/**
 * Where claims ask for more devices, or more of them, than the nodes have that are known, whatever the order in which
 * pods come. A claim that pods share is counted once. A job is counted by itself: it waits for room, but never finds
 * room for more pods than the devices have. Nothing is said where a pod may run on nodes whose devices are not known.
 */
export function shortOfDevices(model: ClusterModel): ShortOfDevices[] {
  const demands = demandsOf(model);
  const together = demands.filter(({ isJob }) => !isJob);
  const jobs = new Map<Workload, Demand[]>();
  for (const demand of demands.filter(({ isJob }) => isJob)) {
    jobs.set(demand.workload, [...jobs.get(demand.workload) ?? [], demand]);
  }
  return [together, ...jobs.values()].flatMap(each => [...shortIn(each)].slice(0, each === together ? undefined : 1));
}

/** Where claims leave no device for one pod more; nothing where they ask for more than there is. */
export function* withoutSpare(model: ClusterModel): Generator<WithoutSpare> {
  const demands = demandsOf(model).filter(each => !each.isJob && takesWhole(each));
  for (const { alike, rivals, room } of setsOf(demands)) {
    const sum = rivals.reduce((all, { request, claims }) => all + claims * leastCount(request), 0);
    if (sum > room) { continue; }
    for (const demand of alike.filter(({ isShared, request }) => !isShared && room - sum < leastCount(request))) {
      const pools = [...demand.eligible.keys()].map(({ pool }) => pool);
      yield { workload: demand.workload, pods: demand.claims, what: wordsOf(alike), room, sum, pools };
    }
  }
}

function* shortIn(demands: readonly Demand[]): Generator<ShortOfDevices> {
  const ofCount = [...shortOfCount(demands.filter(takesWhole))];
  yield* ofCount;
  if (ofCount.length === 0) { yield* shortOfCounters(demands); }
  yield* shortOfCapacity(demands.filter(each => !takesWhole(each)));
}

const takesWhole = ({ request }: Demand) => request.ways.every(({ capacity }) => capacity.size === 0);

/** What the claims of all workloads ask for; nothing where the devices of some node cannot be known. */
function demandsOf(model: ClusterModel): readonly Demand[] {
  return model.once(demandsOf, () =>
    ([...publishedDevices(model).values()].includes(undefined) ? [] : countedDemands(model)));
}

function countedDemands(model: ClusterModel): Demand[] {
  const counted = countedBySlices(model);
  const pooled = new Map<OfferingPool, CountedPool | undefined>();
  const mostPods = mostPodsWithAutoscaler(model);
  const shared = new Set<string>();
  const demands: Demand[] = [];
  for (const workload of model.workloads) {
    const claims = counted.has(workload) ? [] : podClaims(model, workload) ?? [];
    if (claims.length === 0) { continue; }
    const pools = poolsForClaims(model, workload) ?? [];
    const known = pools.map(pool => {
      if (!pooled.has(pool)) { pooled.set(pool, countedPool(model, pool)); }
      return pooled.get(pool);
    });
    if (known.length === 0 || known.includes(undefined)) { continue; }
    const open = known as CountedPool[];
    const onEach = workload.document.kind === 'DaemonSet' ? sumOf(open.map(({ nodes }) => nodes)) : undefined;
    const pods = onEach ?? mostPods(workload) ?? workload.podsInParallel ?? 0;
    for (const claim of claims) {
      const isCountedByResource = claim.resource !== undefined && open.some(({ pool }) => pool.published === undefined);
      if (pods === 0 || isCountedByResource || (claim.shared !== undefined && shared.has(claim.shared))) { continue; }
      if (claim.shared !== undefined) { shared.add(claim.shared); }
      for (const request of claim.requests.filter(({ ways }) => ways.every(({ adminAccess }) => !adminAccess))) {
        const eligible = new Map(open.map(each => [each, eligibleIn(each, request)]));
        if ([...eligible].some(([{ pool }, each]) => each.length === 0 && pool.published === undefined)) { continue; }
        const isJob = mostPods(workload) === undefined && onEach === undefined;
        const isShared = claim.shared !== undefined;
        demands.push({ workload, request, claims: isShared ? 1 : pods, eligible, isShared, isJob });
      }
    }
  }
  return demands;
}

function countedPool(model: ClusterModel, pool: OfferingPool): CountedPool | undefined {
  const gpus = nodeGpusOf(model, pool);
  const isCounted = gpus?.gpus.every(({ count }) => count !== undefined) === true;
  const isUnknown = gpus === undefined || (gpus.wholeByDefault && pool.boards.length === 0);
  if (pool.nodes === undefined || isUnknown || !isCounted) { return undefined; }
  return { pool, devices: claimableDevices(pool, gpus), nodes: pool.nodes };
}

/** Devices that a request selects, or may. */
function eligibleIn({ devices }: CountedPool, { ways }: ClaimedRequest): number[] {
  const matches = ways.map(way => matchesOf(devices, way));
  return devices.devices.flatMap((_, index) => (matches.some(each => each[index] !== false) ? [index] : []));
}

const leastCount = ({ ways }: ClaimedRequest) => Math.min(...ways.map(({ count }) => (count === 'all' ? 1 : count)));

/** Requests that select the same devices, all requests that can get none but those, and how many devices there are. */
interface RivalDemands { readonly alike: readonly Demand[]; readonly rivals: readonly Demand[]; readonly room: number }

function* setsOf(demands: readonly Demand[]): Generator<RivalDemands> {
  const bySet = new Map<string, Demand[]>();
  for (const demand of demands) {
    const key = JSON.stringify([...demand.eligible].map(([{ pool }, each]) => [pool.title, pool.labels, each]));
    bySet.set(key, [...bySet.get(key) ?? [], demand]);
  }
  for (const alike of bySet.values()) {
    const sets = new Map([...alike[0].eligible].map(([pool, each]) => [pool, new Set(each)]));
    const isWithin = ({ eligible }: Demand) =>
      [...eligible].every(([pool, each]) => each.every(index => sets.get(pool)?.has(index) === true));
    const rivals = [...bySet.values()].filter(([first]) => isWithin(first)).flat();
    const room = [...alike[0].eligible].reduce((sum, [{ devices, nodes }, each]) =>
      sum + nodes * mostAtOnce(devices, each), 0);
    if (room > 0) { yield { alike, rivals, room }; } // of none at all, CAP-001 speaks
  }
}

/** For each set of devices that some request selects, the requests that can get none but those. */
function* shortOfCount(demands: readonly Demand[]): Generator<ShortOfDevices> {
  for (const { alike, rivals, room } of setsOf(demands)) {
    yield* short(rivals, room, 'devices', wordsOf(alike), ({ request, claims }) => claims * leastCount(request));
  }
}

/** Counters of a board, one for each memory slice (dra-driver-nvidia-gpu partitions.go addCountersForMemSlices). */
function memorySlicesIn(counters: ReadonlyMap<string, number>): number {
  return [...counters].reduce((sum, [name, each]) => (/\/memory-slice-\d+$/.test(name) ? sum + each : sum), 0);
}

/** MIG devices of several sizes that would take more memory slices than the boards have. */
function* shortOfCounters(demands: readonly Demand[]): Generator<ShortOfDevices> {
  const pools = [...new Set(demands.flatMap(({ eligible }) => [...eligible.keys()]))];
  const room = pools.reduce((sum, { devices, nodes }) => sum + nodes * memorySlicesIn(devices.counters), 0);
  const least = ({ eligible }: Demand) => Math.min(...[...eligible].flatMap(([{ devices }, each]) =>
    each.map(index => memorySlicesIn(devices.devices[index].consumes))));
  const taking = demands.filter(each => least(each) > 0 && Number.isFinite(least(each)));
  yield* short(taking, room, 'counter', 'memory slices', each => each.claims * leastCount(each.request) * least(each));
}

/** What claims take together of a capacity of devices that they may share. */
function* shortOfCapacity(demands: readonly Demand[]): Generator<ShortOfDevices> {
  const names = new Set(demands.flatMap(({ request }) => request.ways.flatMap(({ capacity }) => [...capacity.keys()])));
  for (const name of names) {
    const devices = new Map<GpuDevice, number>();
    for (const { eligible } of demands) {
      for (const [{ devices: all, nodes }, each] of eligible) {
        for (const index of each) { devices.set(all.devices[index], nodes); }
      }
    }
    const room = [...devices].reduce((sum, [{ capacity }, nodes]) => sum + nodes * (capacity.get(name) ?? 0), 0);
    yield* short(demands, room, 'bytes', name.split('/').at(-1)!, ({ request, eligible, claims }) => {
      const parts = [...eligible].flatMap(([{ devices: all }, each]) => each.flatMap(index =>
        request.ways.map(way => consumedOf(all.devices[index], way.capacity)?.get(name) ?? Infinity)));
      const least = Math.min(...parts);
      return Number.isFinite(least) ? claims * leastCount(request) * least : 0;
    });
  }
}

function* short(
  demands: readonly Demand[],
  room: number,
  unit: ShortOfDevices['unit'],
  what: string,
  countOf: (demand: Demand) => number,
): Generator<ShortOfDevices> {
  const byWorkload = new Map<Workload, number>();
  for (const demand of demands) {
    byWorkload.set(demand.workload, (byWorkload.get(demand.workload) ?? 0) + countOf(demand));
  }
  const asked = [...byWorkload].map(([workload, count]) => ({ workload, count }));
  const sum = asked.reduce((all, { count }) => all + count, 0);
  const pools = [...new Set(demands.flatMap(({ eligible }) => [...eligible.keys()].map(({ pool }) => pool)))];
  if (demands.length > 0 && sum > room) { yield { what, unit, room, sum, asked, pools, isJob: demands[0].isJob }; }
}

function wordsOf(demands: readonly Demand[]): string {
  const words = demands.flatMap(({ request }) => request.ways.map(way => way.words));
  return [...new Set(words)].join(' or ');
}
