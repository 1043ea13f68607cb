import { Rule, RuleFinding } from './rule';
import {
  at, ClusterModel, mostPodsWithAutoscaler, NodeOffers, NodePool, nodePoolsOf, offersOf, podDemand, POOL_LABELS, textOf, Workload,
} from '../cluster';
import { Gpu } from '../hardware';

const PRODUCT = 'nvidia.com/gpu.product';

/** A pool with what each of its nodes hands out. */
interface Offer extends NodePool {
  readonly offers?: NodeOffers;
}

/** A resource that the pods of a workload ask for, and the pools whose nodes they may run on. */
interface Request {
  readonly workload: Workload;
  readonly resource: string;
  /** For each pod. */
  readonly count: number;
  /** The most at one time; undefined for what has no such number. */
  readonly pods?: number;
  readonly pools: Offer[];
  /** Whether the workload names the pools, and not merely may run there. */
  readonly named: boolean;
}

/** Every request whose pools are known. */
function* requestsOf(model: ClusterModel): Generator<Request> {
  const pools = new PoolIndex(nodePoolsOf(model).map(pool => ({ ...pool, offers: offersOf(model, pool) })));
  const mostPods = mostPodsWithAutoscaler(model);
  const bySelector = new Map<string, ReturnType<typeof poolsFor>>();
  for (const workload of model.workloads) {
    const demand = podDemand(workload);
    if (demand.size === 0) { continue; }
    const required = requiredOf(workload);
    const key = JSON.stringify([required, workload.document.author]);
    const chosen = bySelector.get(key) ?? poolsFor(model, workload, required, pools);
    bySelector.set(key, chosen);
    if (chosen === undefined || chosen.pools.length === 0) { continue; }
    const pods = workload.document.kind === 'DaemonSet' ? sumOf(chosen.pools.map(({ nodes }) => nodes)) : mostPods(workload);
    for (const [resource, count] of demand) { yield { workload, resource, count, pods, ...chosen }; }
  }
}

/** The sum; undefined when a part is. */
function sumOf(parts: (number | undefined)[]): number | undefined {
  return parts.reduce<number | undefined>((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
}

/** The pools by the labels that name them, so that thousands of pools cost no more than their number. */
class PoolIndex {
  private readonly byLabel = new Map<string, Offer[]>();
  private readonly keys = new Set<string>();

  constructor(public readonly all: Offer[]) {
    for (const pool of all) {
      for (const [key, value] of Object.entries(pool.labels)) {
        this.keys.add(key);
        const pair = `${key}=${value}`;
        const known = this.byLabel.get(pair);
        if (known === undefined) { this.byLabel.set(pair, [pool]); } else { known.push(pool); }
      }
    }
  }

  public with(key: string, values: string[]): Offer[] {
    return [...new Set(values.flatMap(value => this.byLabel.get(`${key}=${value}`) ?? []))];
  }

  /** Whether some pool is known by a label. */
  public knows(key: string): boolean {
    return this.keys.has(key);
  }
}

/** The values that will do, by label. */
function requiredOf({ nodeSelector, requiredLabels }: Workload): [string, string[]][] {
  return Object.entries({ ...requiredLabels, ...Object.fromEntries(Object.entries(nodeSelector).map(([key, value]) => [key, [value]])) })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The pools that a workload may run on; undefined when it may run on nodes that the manifests do not name. */
function poolsFor(
  model: ClusterModel, workload: Workload, required: [string, string[]][], pools: PoolIndex,
): Pick<Request, 'pools' | 'named'> | undefined {
  const naming = required.filter(([key]) => (POOL_LABELS as readonly string[]).includes(key));
  if (naming.length > 0) {
    const named = pools.with(...naming[0]).filter(pool => required.every(([key, values]) => mayHave(pool, key, values)));
    return { pools: named.length > 0 ? named : [selectedOnly(model, workload, required)], named: true };
  }
  // a label that no pool is known by may lead anywhere
  const leadsElsewhere = required.some(([key]) => key !== PRODUCT && !key.startsWith('nvidia.com/mig.') && !pools.knows(key));
  if (leadsElsewhere) { return undefined; }
  return { pools: pools.all.filter(pool => required.every(([key, values]) => mayHave(pool, key, values))), named: false };
}

/** Nodes that only a selector tells of: what each hands out follows from its configs all the same. */
function selectedOnly(model: ClusterModel, { document: { author } }: Workload, required: [string, string[]][]): Offer {
  const single = required.filter(([, values]) => values.length === 1).map(([key, [value]]) => [key, value] as const);
  const labels = Object.fromEntries(single.filter(([key]) => (POOL_LABELS as readonly string[]).includes(key)));
  const boards = single.filter(([key]) => key === PRODUCT).flatMap(([, label]) => Gpu.findByProductLabel(label) ?? []);
  const pool: NodePool = { title: `the nodes with ${Object.entries(labels).map(pair => pair.join('=')).join(', ')}`, labels, boards, author };
  return { ...pool, offers: offersOf(model, pool) };
}

function mayHave({ labels, boards }: Offer, key: string, values: string[]): boolean {
  if (key === PRODUCT && boards.length > 0) { return values.some(label => boards.some(gpu => Gpu.findByProductLabel(label)?.id === gpu.id)); }
  return labels[key] === undefined ? !(POOL_LABELS as readonly string[]).includes(key) : values.includes(labels[key]);
}

/** How many of a resource all nodes of a pool have; undefined when it is not known. */
function heldBy({ nodes, offers }: Offer, resource: string): number | undefined {
  if (offers === undefined) { return undefined; }
  if (!offers.has(resource)) { return 0; }
  const each = offers.get(resource);
  return nodes === undefined || each === undefined ? undefined : nodes * each;
}

function finding({ workload: { document, path, containers }, resource }: Request, message: string, fix: string): RuleFinding {
  const container = containers.find(({ limits, requests }) => resource in limits || resource in requests);
  const list = container !== undefined && resource in container.limits ? 'limits' : 'requests';
  return { document, path: container === undefined ? path : [...container.path, 'resources', list, resource], message, fix };
}

/** A workload as a message calls it; of a pipeline, the service. */
function nameOf({ document, path }: Workload): string {
  const service = document.kind === 'NIMPipeline' ? textOf(at(document.value, ...path.slice(0, 3), 'name')) : undefined;
  return service === undefined ? document.name : `${document.name}/${service}`;
}

function offersInWords(pools: Offer[]): string {
  const names = [...new Set(pools.flatMap(({ offers }) => [...offers?.keys() ?? []]))].sort();
  return names.join(', ') || 'no GPU resource';
}

const titles = (pools: Offer[]) => pools.map(({ title }) => title).join(' and ');

/** Whether POD-004 tells of the name already: under another strategy, or before it was renamed. */
function hasOtherName(model: ClusterModel, resource: string, pools: Offer[]): boolean {
  const plain = resource.replace(/\.shared$/, '');
  return (resource.startsWith('nvidia.com/mig-') && ['single', 'none'].includes(model.policyStrategy ?? ''))
    || pools.some(({ offers }) => offers?.has(plain) || offers?.has(`${plain}.shared`));
}

/** Requests for one resource that must all find room in the same pools. */
interface Rivals {
  readonly resource: string;
  readonly pools: Offer[];
  readonly requests: Request[];
}

/** For each set of pools that some request names, the requests that can go nowhere else. */
function* rivalsOf(requests: Request[]): Generator<Rivals> {
  const numbers = new Map<Offer, number>();
  const setOf = ({ resource, pools }: Request) => [resource, ...pools.map(pool => {
    const number = numbers.get(pool) ?? numbers.size;
    numbers.set(pool, number);
    return number;
  }).sort((a, b) => a - b)].join(' ');
  const bySet = new Map<string, Request[]>();
  const setsAt = new Map<Offer, Set<string>>(); // by the first pool of a set
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
      for (const request of requestsOf(model)) {
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
      for (const { resource, pools, requests } of rivalsOf([...requestsOf(model)])) {
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
      for (const request of requestsOf(model)) {
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
