import { StageService } from './stage-service';
import { GpuPool, GpuSlice } from '../../pools';

/** Where the stages of a pipeline run, seen from each other. */
export enum NimStagePlacement {
  /** Wherever their slices are. */
  ANYWHERE = 'anywhere',
  /** All on one node, so that no stage waits for the network. */
  ONE_NODE = 'one-node',
  /** Each on a node of its own, so that a node that fails takes one stage with it. */
  SPREAD = 'spread',
}

const NODE = 'kubernetes.io/hostname';

/** A term of a pod affinity, as Kubernetes writes it. */
type Term = Record<string, unknown>;

/**
 * Binds the stages to one node, or keeps them apart, through the affinity of their pods; of a NIM that is
 * `spec.affinity`, which the operator reads since 3.0.2. (`spec.podAffinity` never had an effect; NIM-037.)
 * @param path construct path of the pipeline, for messages
 * @param placement what is asked
 * @param services what runs its stages
 * @throws when the stages' slices rule it out
 */
export function placeStages(path: string, placement: NimStagePlacement, services: StageService[]): void {
  if (placement === NimStagePlacement.ANYWHERE) { return; }
  if (placement === NimStagePlacement.ONE_NODE) { checkOneNode(path, services); } else { checkSpread(path, services); }
  const names = services.map(podNames);
  for (const [index, service] of services.entries()) {
    if (placement === NimStagePlacement.ONE_NODE) {
      addTerm(service, 'podAffinity', together(names));
    } else if (services.length > 1) {
      addTerm(service, 'podAntiAffinity', together(names.filter((_, other) => other !== index)));
    }
  }
}

function podNames({ construct, spansNodes, labels }: StageService): string {
  if (spansNodes) {
    // the operator's LeaderWorkerSet template leaves the affinity out (k8s-nim-operator manifests/lws.yaml)
    throw new Error(`${construct.node.path}: spec.multiNode leaves the affinity without effect, so placement cannot `
      + 'hold; leave placement out');
  }
  return labels().app;
}

function together(names: string[]): Term {
  return { labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: names }] }, topologyKey: NODE };
}

/** Adds to what the service says already, without taking anything away. */
function addTerm({ affinity, setAffinity }: StageService, kind: 'podAffinity' | 'podAntiAffinity', term: Term): void {
  const there = affinity?.[kind] ?? {};
  const key = 'requiredDuringSchedulingIgnoredDuringExecution';
  const terms = Array.isArray(there[key]) ? there[key] : [];
  setAffinity({ ...affinity, [kind]: { ...there, [key]: [...terms, term] } });
}

/** No node has two values of one label. */
function checkOneNode(path: string, services: StageService[]): void {
  for (const [index, service] of services.entries()) {
    for (const other of services.slice(index + 1)) {
      const [mine, theirs] = [service.slice.nodeSelector, other.slice.nodeSelector];
      const label = Object.keys(mine).find(key => theirs[key] !== undefined && theirs[key] !== mine[key]);
      if (label !== undefined) {
        throw new Error(`${path}: ${service.name} and ${other.name} cannot be on one node: their slices are on nodes `
          + `with ${label}=${mine[label]} (pool ${service.slice.pool}) and `
          + `${label}=${theirs[label]} (pool ${other.slice.pool}); take both slices `
            + 'from one pool, or leave placement out');
      }
    }
  }
  for (const { slice } of services) {
    const nodes = poolOf(services[0], slice.pool)?.nodes.count;
    if (nodes === undefined || slice.capacity === undefined) { continue; }
    const perNode = slice.capacity / nodes;
    const needed = demandOf(services, slice);
    if (needed > perNode) {
      throw new Error(`${path}: on one node, the stages need ${needed} of ${slice}, and a node of pool `
        + `${slice.pool} has ${perNode}; ask for fewer replicas, cut the node into more, or leave placement `
        + 'out');
    }
  }
}

/** As many nodes as stages, where the pools say how many they have. */
function checkSpread(path: string, services: StageService[]): void {
  const pools = [...new Set(services.map(service => service.slice.pool))];
  const counts = pools.map(pool => poolOf(services[0], pool)?.nodes.count);
  if (counts.some(count => count === undefined)) { return; }
  const nodes = counts.reduce<number>((sum, count) => sum + count!, 0);
  if (services.length > nodes) {
    throw new Error(`${path}: ${services.length} stages cannot each have a node of their own: pool `
      + `${pools.join(' and pool ')} `
      + `${pools.length > 1 ? 'together have' : 'has'} ${nodes} ${nodes === 1 ? 'node' : 'nodes'}; add `
        + 'nodes, or leave placement out');
  }
}

/** How many of the same slice some services ask for at most. */
export function demandOf(services: StageService[], slice: GpuSlice): number {
  return services.filter(service => isSame(service.slice, slice)).reduce((sum, { demand }) => sum + demand, 0);
}

/** Whether two slices are of one pool and asked for alike. */
export function isSame(slice: GpuSlice, other: GpuSlice): boolean {
  return slice.pool === other.pool && String(slice.access) === String(other.access);
}

function poolOf({ construct }: StageService, path: string): GpuPool | undefined {
  const found = path.split('/').reduce<unknown>(
    (scope, id) => (scope === undefined ? undefined : (scope as StageService['construct']).node.tryFindChild(id)),
    construct.node.root);
  return found instanceof GpuPool ? found : undefined;
}
