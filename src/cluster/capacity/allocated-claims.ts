import { PoolSeats, SharedClaims } from './pool-seats';
import { at, fieldsOf, listOf, textOf } from '../../kubernetes';
import { GPU_DRIVER } from '../claims/gpu-device';
import { PodClaim, podClaims } from '../claims/pod-claims';
import { ClusterModel } from '../model/cluster-model';
import { ManifestDocument } from '../model/document';
import { Workload } from '../model/workload';

/** Where the devices of a claim are, as its status says it. */
interface Allocated {
  readonly claim: ManifestDocument;
  readonly node: string;
  readonly devices: readonly { readonly request: string; readonly device: string }[];
}

/**
 * Puts what ResourceClaims have already on its devices: with the pod that a claim was made for, and to wait for those
 * who name it where several may. How many pods of each workload are there then.
 */
export function seatAllocated(
  model: ClusterModel,
  pools: readonly PoolSeats[],
  shared: SharedClaims,
): ReadonlyMap<Workload, number> {
  const allocated = allocatedClaims(model);
  const places = new Map(allocated.length === 0 ? [] : pools.flatMap(pool =>
    (pool.pool.nodeNames ?? []).map((name, node) => [name, { pool, node }] as const)));
  const pods = new Map<Workload, Set<string>>();
  for (const { claim, node, devices } of allocated) {
    const place = places.get(node);
    if (place === undefined) { continue; }
    const pod = podOf(claim);
    const workload = pod === undefined ? undefined : workloadOf(model, claim, pod);
    const known = pod === undefined ? namedBy(model, claim) : workload && claimOf(model, workload, claim);
    const user = workload ?? asWorkload(claim);
    const given = place.pool.hold(place.node, devices, user, known);
    if (pod === undefined && known !== undefined) {
      shared.set(`${claim.namespace ?? ''}/${claim.name}`, { ...place, given });
      continue;
    }
    place.pool.occupy(place.node, given, user);
    if (workload !== undefined && pod !== undefined) { pods.set(workload, (pods.get(workload) ?? new Set()).add(pod)); }
  }
  return new Map([...pods].map(([workload, names]) => [workload, names.size]));
}

function allocatedClaims(model: ClusterModel): Allocated[] {
  return model.ofKind('ResourceClaim').flatMap(claim => {
    const results = listOf(at(claim.value, 'status', 'allocation', 'devices', 'results')).map(fieldsOf)
      .filter(({ driver, adminAccess }) => driver === GPU_DRIVER && adminAccess !== true);
    // the driver calls the pool of a node as the node
    const node = textOf(results[0]?.pool);
    const devices = results.map(({ request, device }) =>
      ({ request: textOf(request) ?? '', device: textOf(device) ?? '' }));
    return node === undefined ? [] : [{ claim, node, devices }];
  });
}

/** The pod that a claim of a template was made for, or of a resource. */
function podOf({ value }: ManifestDocument): string | undefined {
  const owner = listOf(at(value, 'metadata', 'ownerReferences')).find(each => at(each, 'kind') === 'Pod');
  return textOf(at(owner, 'name'));
}

/** The workload whose pod it is: the object that made the pod, else the pod itself. */
function workloadOf(model: ClusterModel, { namespace }: ManifestDocument, pod: string): Workload | undefined {
  const byName = model.once(workloadOf, () => new Map(model.workloads.map(workload => {
    const { kind, namespace: of, name } = workload.document;
    return [`${kind} ${of ?? ''}/${name}`, workload];
  })));
  const find = (kind: string, name: string) => byName.get(`${kind} ${namespace ?? ''}/${name}`);
  const own = find('Pod', pod);
  const owner = fieldsOf(listOf(at(own?.document.value, 'metadata', 'ownerReferences'))
    .find(each => at(each, 'controller') === true));
  const [kind, name] = [textOf(owner.kind) ?? '', textOf(owner.name) ?? ''];
  const hash = own?.document.labels['pod-template-hash'];
  const ofSet = hash === undefined || !name.endsWith(`-${hash}`) ? name : name.slice(0, -hash.length - 1);
  const makers = kind === 'ReplicaSet' ? ['Deployment', 'NIMService', 'Rollout'] : [kind];
  return makers.map(maker => find(maker, kind === 'ReplicaSet' ? ofSet : name)).find(each => each !== undefined) ?? own;
}

/** Which of its claims a claim of a pod is (pkg/controller/resourceclaim/controller.go podResourceClaimAnnotation). */
function claimOf(model: ClusterModel, workload: Workload, claim: ManifestDocument): PodClaim | undefined {
  const claims = podClaims(model, workload) ?? [];
  const name = claim.annotations['resource.kubernetes.io/pod-claim-name'];
  const named = claims.find(each => each.name !== undefined && each.name === name);
  return named ?? claims.find(({ shared }) => shared === undefined);
}

/** A claim as the first who names it knows it. */
function namedBy(model: ClusterModel, { namespace, name }: ManifestDocument): PodClaim | undefined {
  const byName = model.once(namedBy, () => {
    const claims = model.workloads.flatMap(workload => podClaims(model, workload) ?? []);
    return new Map(claims.flatMap(each => (each.shared === undefined ? [] : [[each.shared, each] as const])));
  });
  return byName.get(`${namespace ?? ''}/${name}`);
}

/** A claim whose pod is not among the manifests, in its place. */
function asWorkload(document: ManifestDocument): Workload {
  const container = {
    name: document.name, path: [], limits: {}, requests: {}, env: {}, mountPaths: [], args: [],
  };
  return { document, path: [], containers: [container], nodeSelector: {}, requiredLabels: {} };
}
