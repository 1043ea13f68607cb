import { ClusterModel, GpuRequest, gpuRequestsOf, OfferingPool, sumOf, Workload } from '../../cluster';
import { at, textOf } from '../../kubernetes';
import { Rule, RuleFinding } from '../rule';

/** How many of a resource all nodes of a pool have; undefined when it is not known. */
function heldBy({ nodes, offers }: OfferingPool, resource: string): number | undefined {
  if (offers === undefined) { return undefined; }
  if (!offers.has(resource)) { return 0; }
  const each = offers.get(resource);
  return nodes === undefined || each === undefined ? undefined : nodes * each;
}

function finding({ workload: { document, path, containers }, resource }: GpuRequest, message: string, fix: string): RuleFinding {
  const container = containers.find(({ limits, requests }) => resource in limits || resource in requests);
  const list = container !== undefined && resource in container.limits ? 'limits' : 'requests';
  return { document, path: container === undefined ? path : [...container.path, 'resources', list, resource], message, fix };
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

const titles = (pools: OfferingPool[]) => pools.map(({ title }) => title).join(' and ');

/** Whether POD-004 tells of the name already: under another strategy, or before it was renamed. */
function hasOtherName(model: ClusterModel, resource: string, pools: OfferingPool[]): boolean {
  const plain = resource.replace(/\.shared$/, '');
  return (resource.startsWith('nvidia.com/mig-') && ['single', 'none'].includes(model.policyStrategy ?? ''))
    || pools.some(({ offers }) => offers?.has(plain) || offers?.has(`${plain}.shared`));
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
  const setsAt = new Map<OfferingPool, Set<string>>(); // by the first pool of a set
  for (const request of requests) {
    const set = setOf(request);
    bySet.set(set, bySet.get(set) ?? []);
    bySet.get(set)!.push(request);
    setsAt.set(request.pools[0], (setsAt.get(request.pools[0]) ?? new Set()).add(set));
  }
  for (const [{ resource, pools }] of bySet.values()) {
    const inside = new Set(pools);
    const within = [...new Set(pools.flatMap(pool => [...setsAt.get(pool) ?? []]))].map(set => bySet.get(set)!)
      .filter(([first]) => first.resource === resource && first.pools.every(pool => inside.has(pool)));
    yield { resource, pools, requests: within.flat() };
  }
}

/** Rules about what the pools hold. */
export const CAPACITY_RULES: Rule[] = [
  {
    id: 'CAP-001',
    *check(model) {
      for (const request of gpuRequestsOf(model)) {
        const { pools, resource, named } = request;
        const absent = pools.every(({ offers }) => offers !== undefined && !offers.has(resource));
        if (!absent || hasOtherName(model, resource, pools)) { continue; }
        yield {
          ...finding(request, `no node of ${titles(pools)} has ${resource}; it has ${offersInWords(pools)}`,
            'ask for one of these, cut a GPU so, or select the nodes of another pool'),
          // it may be meant for nodes that are not among the manifests
          ...!named && { severity: 'warning' as const },
        };
      }
    },
  },
  {
    id: 'CAP-002',
    *check(model) {
      for (const { resource, pools, requests } of rivalsOf(gpuRequestsOf(model))) {
        const room = sumOf(pools.map(pool => heldBy(pool, resource)));
        const fixed = requests.filter(({ pods }) => pods !== undefined && pods > 0);
        const asked = fixed.reduce((sum, { count, pods }) => sum + count * pods!, 0);
        if (room === undefined || room === 0 || asked <= room) { continue; } // of none at all, CAP-001 speaks
        const each = fixed.map(({ workload, count, pods }) => `${nameOf(workload)} ${count * pods!}`);
        const shown = each.length > 6 ? [...each.slice(0, 5), `${each.length - 5} more`] : each;
        yield finding(fixed[fixed.length - 1],
          `${titles(pools)} ${pools.length === 1 && pools[0].nodes === 1 ? 'has' : 'have'} ${room} of ${resource}, and at the most ${asked} are asked for: ${shown.join(', ')}`,
          'lower the replicas, cut or share more GPUs so, or add nodes; the pods beyond stay Pending');
      }
    },
  },
  {
    id: 'CAP-003',
    *check(model) {
      for (const request of gpuRequestsOf(model)) {
        const { pools, resource, count } = request;
        const counts = pools.map(({ offers }) => (offers === undefined ? undefined : offers.has(resource) ? offers.get(resource) : 0));
        if (counts.some(each => each === undefined)) { continue; }
        const most = Math.max(...counts.map(Number));
        if (most === 0 || count <= most) { continue; }
        yield finding(request, `a pod asks for ${count} of ${resource}, and a node of ${titles(pools)} has ${most}: no node can take it`,
          'ask for fewer, and spread the work over several pods or nodes');
      }
    },
  },
];
