import { claimsAboveNode, claimsBeyond, claimsForNothing } from './claimed-devices';
import { forNodes, hasOrHave, titlesOf } from './pools-in-words';
import {
  ClusterModel, GpuRequest, gpuRequestsOf, ManifestDocument, OfferingPool, overbooked, sumOf, withoutSpare, Workload,
} from '../../cluster';
import { at, Path, podsAtUpdate, textOf } from '../../kubernetes';
import { defineRule, Rule, RuleFinding } from '../rule';

/** How many of a resource each node of a pool has, at most; undefined when it is not known. */
function heldByEach({ offers, mostGpus }: OfferingPool, resource: string): number | undefined {
  if (offers === undefined) { return resource === 'nvidia.com/gpu' ? mostGpus : undefined; }
  return offers.has(resource) ? offers.get(resource) : 0;
}

/** How many of a resource all nodes of a pool have; undefined when it is not known. */
function heldBy(pool: OfferingPool, resource: string): number | undefined {
  const { nodes } = pool;
  const each = heldByEach(pool, resource);
  if (each === 0) { return 0; }
  return nodes === undefined || each === undefined ? undefined : nodes * each;
}

function finding(
  { workload: { document, path, containers }, resource }: GpuRequest,
  message: string,
  fix: string,
): RuleFinding {
  const container = containers.find(({ limits, requests }) =>
    Object.hasOwn(limits, resource) || Object.hasOwn(requests, resource));
  const list = container !== undefined && Object.hasOwn(container.limits, resource) ? 'limits' : 'requests';
  return {
    document,
    path: container === undefined ? path : [...container.path, 'resources', list, resource],
    message,
    fix,
  };
}

/** The first of many. */
function firstOf(each: string[]): string[] {
  return each.length > 6 ? [...each.slice(0, 5), `${each.length - 5} more`] : each;
}

/** A workload as a message calls it; of a pipeline, the service. */
function nameOf({ document, path }: Workload): string {
  const service = document.kind === 'NIMPipeline' ? textOf(at(document.value, ...path.slice(0, 3), 'name')) : undefined;
  return service === undefined ? document.name : `${document.name}/${service}`;
}

function offersInWords(pools: OfferingPool[]): string {
  const names = [...new Set(pools.flatMap(({ offers }) => [...offers?.keys() ?? []]))].sort();
  return names.join(', ') || 'no GPU resource';
}

/** Whether POD-004 tells of the name already: under another strategy, or before it was renamed. */
function hasOtherName(model: ClusterModel, resource: string, pools: OfferingPool[]): boolean {
  const plain = resource.replace(/\.shared$/, '');
  return (resource.startsWith('nvidia.com/mig-') && ['single', 'none'].includes(model.policyStrategy ?? ''))
    || pools.some(({ offers }) => offers?.has(plain) || offers?.has(`${plain}.shared`));
}

/**
 * Whether a DeviceClass stands for the resource: then a driver of devices hands it out, and no config of the device
 * plugin (KEP-5004).
 */
function comesByClaim(model: ClusterModel, resource: string): boolean {
  return model.once(comesByClaim, () => new Set(model.ofKind('DeviceClass').map(each => each.spec.extendedResourceName)))
    .has(resource);
}

/** Requests for one resource that must all find room in the same pools. */
interface Rivals {
  readonly resource: string;
  readonly pools: OfferingPool[];
  readonly requests: GpuRequest[];
}

/** For each set of pools that some request names, the requests that can go nowhere else. */
function* rivalsOf(requests: readonly GpuRequest[]): Generator<Rivals> {
  const numbers = new Map<OfferingPool, number>();
  const setOf = ({ resource, pools }: GpuRequest) => [resource, ...pools.map(pool => {
    const number = numbers.get(pool) ?? numbers.size;
    numbers.set(pool, number);
    return number;
  }).sort((a, b) => a - b)].join(' ');
  const bySet = new Map<string, GpuRequest[]>();
  const setsAt = new Map<string, Set<string>>(); // by the resource and the first pool of a set
  const placeOf = (resource: string, pool: OfferingPool) => `${resource} ${numbers.get(pool)}`;
  for (const request of requests) {
    const set = setOf(request);
    bySet.set(set, bySet.get(set) ?? []);
    bySet.get(set)!.push(request);
    const place = placeOf(request.resource, request.pools[0]);
    setsAt.set(place, (setsAt.get(place) ?? new Set()).add(set));
  }
  for (const [{ resource, pools }] of bySet.values()) {
    const inside = new Set(pools);
    const within = [...new Set(pools.flatMap(pool => [...setsAt.get(placeOf(resource, pool)) ?? []]))]
      .map(set => bySet.get(set)!)
      .filter(([first]) => first.pools.every(pool => inside.has(pool)));
    yield { resource, pools, requests: within.flat() };
  }
}

/** Rules about what the pools hold. */
export const CAPACITY_RULES: Rule[] = [
  defineRule({
    id: 'CAP-001',
    name: 'resource-not-on-nodes',
    area: 'capacity',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'a GPU resource that a pod asks for must be one that the nodes it selects hand out',
    why: 'the pods stay Pending. What nodes hand out follows from their nvidia.com/mig.config and '
      + 'nvidia.com/device-plugin.config, the MIG strategy and what is shared, where all of that is among the '
      + 'manifests; of names that only differ by strategy or by .shared, POD-004 tells. A claim must select a device '
      + 'that they publish, where their ResourceSlices are among the manifests',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/device_map.go; NVIDIA/k8s-device-plugin@1b826acc '
      + 'internal/rm/rm.go; Kubernetes scheduler, NodeResourcesFit; kubernetes/dynamic-resource-allocation@v0.37.2 '
      + 'structured/internal/incubating/allocator_incubating.go isSelectable',
    *check(model) {
      for (const request of gpuRequestsOf(model)) {
        const { pools, resource, named } = request;
        const absent = pools.every(({ offers }) => offers !== undefined && !offers.has(resource));
        if (!absent || hasOtherName(model, resource, pools) || comesByClaim(model, resource)) { continue; }
        yield {
          ...finding(request, `${titlesOf(pools)} ${hasOrHave(pools)} no ${resource}; `
            + `${forNodes(pools, 'it has', 'they have')} ${offersInWords(pools)}`,
          'ask for one of these, cut a GPU so, or select the nodes of another pool'),
          // it may be meant for nodes that are not among the manifests
          ...!named && { severity: 'warning' as const },
        };
      }
      yield* claimsForNothing(model);
    },
  }),
  defineRule({
    id: 'CAP-002',
    name: 'pool-overcommitted',
    area: 'capacity',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'what all pods together ask of a pool, replicas and autoscaling included, must not be more than it has',
    why: 'the pods beyond stay Pending, at the latest when an autoscaler wants them. Counted where the number of nodes '
      + 'and of GPUs is known: from Node objects, from names in a NodeFeatureRule, from configs that list GPU indices, '
      + 'nvidia.com/gpu.count, or the annotations cdk8s-gpu/nodes, cdk8s-gpu/gpus-per-node and cdk8s-gpu/layouts. Jobs '
      + 'are not counted: they wait for room. Claims are counted by the devices of ResourceSlices or of such layouts; a '
      + 'claim that pods share is one, and a job is counted by itself, with its parallelism',
    evidence: 'Kubernetes scheduler, NodeResourcesFit; extended resources are whole numbers and never overcommitted; '
      + 'kubernetes/dynamic-resource-allocation@v0.37.2 structured/internal/incubating/allocator_incubating.go',
    *check(model) {
      const told = new Set<string>(); // whole GPUs are counted both ways
      for (const { resource, pools, requests } of rivalsOf(gpuRequestsOf(model))) {
        const room = sumOf(pools.map(pool => heldBy(pool, resource)));
        const fixed = requests.filter(({ pods }) => pods !== undefined && pods > 0);
        const asked = fixed.reduce((sum, { count, pods }) => sum + count * pods!, 0);
        if (room === undefined || room === 0 || asked <= room) { continue; } // of none at all, CAP-001 speaks
        for (const { workload } of fixed) { told.add(`${resource} ${workload.document.constructPath}`); }
        const shown = firstOf(fixed.map(({ workload, count, pods }) => `${nameOf(workload)} ${count * pods!}`));
        yield finding(fixed[fixed.length - 1],
          `${titlesOf(pools)} ${hasOrHave(pools)} ${room} of ${resource}, `
            + `and at the most ${asked} are asked for: ${shown.join(', ')}`,
          'lower the replicas, cut or share more GPUs so, or add nodes; the pods beyond stay Pending');
      }
      for (const { user: { pool, slice, capacity, resource, claim }, asked, sum } of overbooked(model)) {
        const { document, path } = asked.at(-1)!.workload;
        if (told.has(`${resource} ${document.constructPath}`)) { continue; }
        yield {
          document,
          path,
          message: `${pool} has ${capacity} of ${slice}, and at the most ${sum} are asked for: `
            + `${firstOf(asked.map(({ workload, count }) => `${nameOf(workload)} ${count}`)).join(', ')}`,
          fix: claim === undefined
            ? 'lower the replicas, cut or share more GPUs so, or add nodes; the pods beyond stay Pending'
            : 'lower the replicas, raise those of the pool, or take another group; nothing keeps the pods beyond '
              + 'from the claim, and all share its device',
        };
      }
      yield* claimsBeyond(model, ({ workload }, amount) => `${nameOf(workload)} ${amount}`);
    },
  }),
  defineRule({
    id: 'CAP-003',
    name: 'container-above-node',
    area: 'capacity',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a pod must not ask for more of a GPU resource than any node that it may run on has',
    why: 'a pod runs on one node, so it stays Pending however many nodes there are. All devices of its claims are of that '
      + 'node too',
    evidence: 'Kubernetes scheduler, NodeResourcesFit; kubernetes/dynamic-resource-allocation@v0.37.2 '
      + 'structured/internal/incubating/allocator_incubating.go',
    *check(model) {
      for (const request of gpuRequestsOf(model)) {
        const { pools, resource, count } = request;
        const counts = pools.map(pool => heldByEach(pool, resource));
        if (counts.some(each => each === undefined)) { continue; }
        const most = Math.max(...counts.map(Number));
        if (most === 0 || count <= most) { continue; }
        yield finding(request, `a pod asks for ${count} of ${resource}, and ${titlesOf(pools)} `
          + `${forNodes(pools, `has ${most}`, `have at most ${most} each`)}: no node can take it`,
        'ask for fewer, and spread the work over several pods or nodes');
      }
      yield* claimsAboveNode(model);
    },
  }),
  defineRule({
    id: 'CAP-004',
    name: 'rollout-without-room',
    area: 'capacity',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'a Deployment whose pods fill their pool lets an old pod go before a new one comes: strategy Recreate, '
      + 'or maxUnavailable of 1 or more',
    why: 'a rolling update starts a pod more (maxSurge, 25 % rounded up) and stops none of fewer than four before the '
      + 'new one is ready (maxUnavailable, 25 % rounded down): the new pod waits for the GPU of the old one for ever',
    evidence: 'Kubernetes documentation, deployments, rolling update; kubernetes/kubernetes@7fc9c57d '
      + 'pkg/controller/deployment/util/deployment_util.go ResolveFenceposts',
    *check(model) {
      for (const { resource, pools, requests } of rivalsOf(gpuRequestsOf(model))) {
        const room = sumOf(pools.map(pool => heldBy(pool, resource)));
        const asked = requests.reduce((sum, { count, pods }) => sum + count * (pods ?? 0), 0);
        if (room === undefined || room === 0 || asked > room) { continue; } // CAP-002 tells
        for (const request of requests.filter(({ pools: own, resource: name }) =>
          name === resource && own.length === pools.length)) {
          const { document } = request.workload;
          const path = strategyPathOf(document);
          if (path === undefined
            || !needsOneMore(request, path)
            || room - asked >= request.count
            || isAboveNode(request)) { continue; }
          yield stuckUpdate(document, path, pools, { what: resource, room, asked });
        }
      }
      const told = new Set<Workload>();
      for (const { workload, pods, what, room, sum, pools } of withoutSpare(model)) {
        const path = strategyPathOf(workload.document);
        const grows = path !== undefined && podsAtUpdate(at(workload.document.value, ...path), pods) > pods;
        if (path === undefined || !grows || told.has(workload)) { continue; }
        told.add(workload);
        yield stuckUpdate(workload.document, path, pools, { what, room, asked: sum });
      }
    },
  }),
];

function stuckUpdate(
  document: ManifestDocument,
  path: Path,
  pools: readonly OfferingPool[],
  { what, room, asked }: { what: string; room: number; asked: number },
): RuleFinding {
  return {
    document,
    path,
    message: `${titlesOf(pools)} ${hasOrHave(pools)} ${room} of `
      + `${what}, of which ${asked} ${asked === 1 ? 'is' : 'are'} `
      + 'in use: at an update the new pod stays Pending, and no old one is stopped before it is ready',
    fix: `write ${path.join('.')}: {type: Recreate}, which stops the old pod first, or `
      + '{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}',
  };
}

/** Whether no node has as many as one pod asks for; CAP-003 tells. */
function isAboveNode({ pools, resource, count }: GpuRequest): boolean {
  return pools.every(pool => (heldByEach(pool, resource) ?? Infinity) < count);
}

/** Whether a rolling update of a Deployment stops no pod before another is ready. */
function needsOneMore({ workload: { document }, pods = 0 }: GpuRequest, strategy: Path): boolean {
  return podsAtUpdate(at(document.value, ...strategy), pods) > pods;
}

/**
 * Where an object says how its Deployment is updated: KServe makes one of an InferenceService in this mode, with the
 * defaults of Kubernetes (kserve/kserve pkg/controller/v1beta1/inferenceservice/reconcilers/deployment).
 */
function strategyPathOf({ kind, annotations }: ManifestDocument): Path | undefined {
  if (kind === 'Deployment') { return ['spec', 'strategy']; }
  const mode = annotations['serving.kserve.io/deploymentMode'] ?? '';
  return kind === 'InferenceService' && /^(?:RawDeployment|Standard)$/.test(mode)
    ? ['spec', 'predictor', 'deploymentStrategy']
    : undefined;
}
