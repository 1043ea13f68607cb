import { allocate } from './allocate';
import { NodeDevices } from './gpu-device';
import { matchesOf } from './matches';
import { ClaimedRequest, podClaims } from './pod-claims';
import { publishedDevices } from './published-devices';
import { OfferingPool, poolsForClaims } from '../capacity/gpu-requests';
import { mostPodsWithAutoscaler } from '../capacity/pod-demand';
import { ClusterModel } from '../model/cluster-model';
import { Workload } from '../model/workload';

/** A pod whose claims no node can meet, however few pods there are. */
export interface UnmetClaims {
  readonly workload: Workload;
  /** The request that no device of any node meets; undefined where each is met, and not all on one node. */
  readonly request?: ClaimedRequest;
  readonly pools: readonly OfferingPool[];
}

/** Pods whose claims no node can meet of those that publish their devices; nothing where a pod may run on others. */
export function unmetClaims(model: ClusterModel): UnmetClaims[] {
  if (publishedDevices(model).size === 0 || [...publishedDevices(model).values()].includes(undefined)) { return []; }
  const mostPods = mostPodsWithAutoscaler(model);
  return model.workloads.flatMap((workload): UnmetClaims[] => {
    const claims = mostPods(workload) === 0 ? [] : podClaims(model, workload) ?? [];
    const pools = claims.length === 0 ? [] : poolsForClaims(model, workload) ?? [];
    const nodes = pools.map(({ published }) => published);
    if (nodes.length === 0 || nodes.includes(undefined)) { return []; }
    const known = nodes as NodeDevices[];
    const request = claims.flatMap(({ requests }) => requests).find(each => !known.some(node => mayMeet(node, each)));
    if (request !== undefined) { return [{ workload, request, pools }]; }
    const unused = { isTaken: false, consumed: new Map<string, number>() };
    const isMet = known.some(node => allocate(node, node.devices.map(() => unused), claims) !== 'none');
    return isMet ? [] : [{ workload, pools }];
  });
}

function mayMeet(node: NodeDevices, { ways }: ClaimedRequest): boolean {
  return ways.some(way => matchesOf(node, way).some(each => each !== false));
}
