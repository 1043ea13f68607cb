import { seatAllocated } from './allocated-claims';
import { GpuRequest, gpuRequestsOf, OfferingPool, poolsForClaims, sumOf } from './gpu-requests';
import { nodeGpusOf } from './node-gpus';
import { nodePoolsOf, POOL_LABELS } from './node-pools';
import { mostPodsWithAutoscaler, podDemand } from './pod-demand';
import { PoolSeats, Seat, SeatedPool, SharedClaims } from './pool-seats';
import { Gpu } from '../../hardware';
import { askedByClaim, resourcesByClass } from '../claims/claim-demand';
import { hasClaims, PodClaim, podClaims } from '../claims/pod-claims';
import { ClusterModel } from '../model/cluster-model';
import { Workload } from '../model/workload';

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
  const shared: SharedClaims = new Map();
  const podsThere = seatAllocated(model, [...pools.values()], shared);
  const byWorkload = new Map<Workload, GpuRequest>();
  for (const request of gpuRequestsOf(model)) {
    if (!byWorkload.has(request.workload)) { byWorkload.set(request.workload, request); }
  }
  const isNamed = (workload: Workload) => byWorkload.get(workload)?.named === true;
  const asking = model.workloads.filter(workload => isAsking(model, workload));
  const mostPods = mostPodsWithAutoscaler(model);
  const unseated: Unseated[] = [];
  for (const workload of [...asking.filter(isNamed), ...asking.filter(each => !isNamed(each))]) {
    const request = byWorkload.get(workload);
    const claims = podClaims(model, workload);
    const byClaim = isClaiming(model, workload, request);
    const open = byClaim ? poolsForClaims(model, workload) : request?.pools;
    const most = request?.pods ?? (isOnEachNode(workload) ? sumOf((open ?? []).map(({ nodes }) => nodes)) : undefined)
      ?? mostPods(workload) ?? workload.podsInParallel ?? 1;
    const pods = most - (podsThere.get(workload) ?? 0);
    if (pods <= 0) { continue; }
    const known = (open ?? []).map(seatsOf).filter(pool => pool.isKnown && !(byClaim && pool.isNotSaid));
    const wait = (why: Waiting, count: number) =>
      unseated.push({ workload, pods: count, why, ...why === 'by claim' && { asks: askedByClaim(model, workload) } });
    if (known.length === 0 || (byClaim && (claims ?? []).length === 0)) {
      wait(byClaim ? 'by claim' : 'elsewhere', pods);
      continue;
    }
    const { seated, isKnown } = seatAll(workload, pods, known, claims ?? [], shared);
    if (seated === pods) { continue; }
    const offering = known.filter(pool => pool.offersAll(workload, claims));
    const mayBeElsewhere = byClaim && (!isKnown || (offering.length === 0 && known.some(pool => pool.isAssumed)));
    wait(mayBeElsewhere ? 'by claim' : offering.length > 0 ? 'full' : 'not offered', pods - seated);
  }
  return { pools: [...pools.values()].map(pool => pool.result()), unseated };
}

/** Whether pods of a workload ask for GPUs in any way. */
function isAsking(model: ClusterModel, workload: Workload): boolean {
  return podDemand(workload).size > 0 || hasClaims(workload) || (podClaims(model, workload) ?? []).length > 0;
}

/**
 * Whether a driver gives its pods what they ask for. Of devices that an annotation counts, a pod that asks by a
 * resource gets one as by the device plugin.
 */
function isClaiming(model: ClusterModel, workload: Workload, request: GpuRequest | undefined): boolean {
  const isCounted = request?.pools.some(({ layouts }) => layouts !== undefined) === true;
  const byResource = resourcesByClass(model, workload).size > 0 && !isCounted;
  const named = (podClaims(model, workload) ?? []).filter(({ resource }) => resource === undefined);
  return byResource || named.length > 0 || (podDemand(workload).size === 0);
}

const isOnEachNode = ({ document: { kind } }: Workload) => kind === 'DaemonSet';

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

function seatAll(
  workload: Workload,
  pods: number,
  pools: readonly PoolSeats[],
  claims: readonly PodClaim[],
  shared: SharedClaims,
): { readonly seated: number; readonly isKnown: boolean } {
  let seated = 0;
  let isKnown = true;
  for (const pool of pools) {
    let seat: Seat = 'seated';
    while (seated < pods && seat === 'seated') {
      seat = pool.seat(workload, claims, shared);
      if (seat === 'seated') { seated++; }
      if (seat === 'unknown') { isKnown = false; }
    }
  }
  return { seated, isKnown };
}

function keyOf({ title, labels }: OfferingPool): string {
  return JSON.stringify([title, labels]);
}
