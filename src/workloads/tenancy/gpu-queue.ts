import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ALLOWANCE, checkAllowance, GpuAllowance } from './gpu-allowance';
import { ClusterScopedObject } from '../../allocation';
import { hashedName } from '../../kubernetes';
import { GpuSlice } from '../../pools';
import {
  checkProps, checkQuantity, checkText, checkWhole, listOf, made, needed, NUMBER, Shape, struct, TEXT,
} from '../../props';
import { KUEUE, KueueVersion } from '../../releases';
import { AppChecks } from '../../synthesis';

/** How many of a slice a queue hands out. */
export interface GpuQueueQuota extends GpuAllowance {
  /**
   * How many more it may take of what other queues of its cohort leave unused.
   * @default - as many as there are; without a cohort, none
   */
  readonly borrowingLimit?: number;
  /**
   * How many of its own it lends to other queues of its cohort.
   * @default - all
   */
  readonly lendingLimit?: number;
}

/** A queue of Kueue. */
export interface GpuQueueProps {
  /** The slices that workloads of the queue may have. Slices of one pool are one flavor. */
  readonly quotas: GpuQueueQuota[];
  /**
   * Queues of one cohort lend each other what they do not use.
   * @default - none
   */
  readonly cohort?: string;
  /**
   * CPU that workloads may have on the nodes of each pool, as Kubernetes writes quantities. Kueue admits no workload
   * that asks for a resource which its queue does not cover, unless its configuration leaves the resource out
   * (`resources.excludeResourcePrefixes`).
   * @default - not covered
   */
  readonly cpu?: string;
  /**
   * Memory of the host that workloads may have on the nodes of each pool. As `cpu`.
   * @default - not covered
   */
  readonly memory?: string;
  /**
   * Name of the ClusterQueue.
   * @default - made from the construct path
   */
  readonly name?: string;
  /**
   * The release of Kueue.
   * @default - as the GpuOperator of the cluster says
   */
  readonly kueue?: KueueVersion;
}

const QUEUE: Shape<GpuQueueProps> = {
  quotas: needed(listOf(struct<GpuQueueQuota>({ ...ALLOWANCE, borrowingLimit: NUMBER, lendingLimit: NUMBER }))),
  cohort: TEXT,
  cpu: TEXT,
  memory: TEXT,
  name: TEXT,
  kueue: made('a release such as KueueVersion.V0_17, or KueueVersion.of(...)', 'isAtLeast'),
};

/** Classes of devices whose claims Kueue counts as one resource: an entry of `resources.deviceClassMappings`. */
export interface DeviceClassMapping {
  /** The resource, as the quotas of the queue call it. */
  readonly name: string;
  /** The classes. */
  readonly deviceClassNames: string[];
}

/**
 * The most flavors and resources of a group in the first API (kueue@v0.14.0 apis/kueue/v1beta1/clusterqueue_types.go);
 * the second takes 64.
 */
const MOST = 16;
/** The most mappings of the Configuration (kueue@v0.19.2 pkg/config/validation.go validateDeviceClassMappings). */
const MOST_MAPPINGS = 16;
/** The most labels and tolerations of a flavor (kueue@v0.17.0 apis/kueue/v1beta2/resourceflavor_types.go). */
const MOST_LABELS = 8;

/** Nodes that offer slices alike, as Kueue names them. */
interface Flavor {
  readonly name: string;
  readonly slices: GpuQueueQuota[];
}

/**
 * A ClusterQueue of Kueue over slices of pools, with a ResourceFlavor for the nodes of each pool. Workloads wait in it
 * until their slices are free, all or none, and the flavor binds them to the nodes. Teams get in by a `GpuTeam`.
 *
 * @example
 * const queue = new GpuQueue(chart, 'research', {
 *   quotas: [{ slice: pool.slice('3g.40gb'), count: 4 }],
 *   kueue: KueueVersion.V0_17,
 * });
 * new GpuTeam(chart, 'vision', { namespace: 'vision', allowances: [{ slice: pool.slice('3g.40gb'), count: 2 }], queue });
 */
export class GpuQueue extends Construct {
  /** Name of the ClusterQueue. */
  public readonly name: string;
  /**
   * What Kueue's Configuration must say so that slices which are claimed are counted: `resources.deviceClassMappings`.
   * Empty where pods ask by resources. The Configuration is of the whole cluster and comes with Kueue's own chart
   * (`managerConfig.controllerManagerConfigYaml`), so no object here has it; Kueue reads it when it starts.
   */
  public readonly deviceClassMappings: DeviceClassMapping[];

  /** `kueue.x-k8s.io/v1beta1` or later. @internal */
  public readonly _apiVersion: string;
  private readonly namespaces = new Set<string>();

  /**
   * @param scope where it is
   * @param id its id
   * @param props what it hands out
   * @throws when a quota is more than its pool has, or Kueue cannot count the slice
   */
  constructor(scope: Construct, id: string, props: GpuQueueProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, props, QUEUE);
    const { quotas, cohort } = props;
    if (quotas.length === 0) {
      throw new Error(`${place}: quotas is empty, so nothing could ever be admitted; name a slice`);
    }
    const release = releaseOf(this, props);
    for (const quota of quotas) { checkQuota(place, quota, cohort, release); }
    for (const key of ['cohort', 'name'] as const) { checkText(place, key, props[key]); }
    for (const key of ['cpu', 'memory'] as const) { checkQuantity(place, key, props[key]); }
    this.deviceClassMappings = mappingsOf(quotas);
    noteMappings(this);
    this._apiVersion = `kueue.x-k8s.io/${KUEUE.lacks('secondApi', release) ? 'v1beta1' : 'v1beta2'}`;
    AppChecks.of(this).generated.add(this);

    const flavors = flavorsOf(quotas);
    for (const flavor of flavors) { this.writeFlavor(flavor); }
    const queue = new ClusterScopedObject(this, 'Resource', {
      apiVersion: this._apiVersion,
      kind: 'ClusterQueue',
      metadata: { ...(props.name !== undefined && { name: props.name }) },
      spec: {
        ...(cohort !== undefined && { [KUEUE.lacks('secondApi', release) ? 'cohort' : 'cohortName']: cohort }),
        // without a selector no namespace gets in, with an empty one every namespace does
        namespaceSelector: Lazy.any({
          produce: () => ({
            matchExpressions: [{
              key: 'kubernetes.io/metadata.name',
              operator: 'In',
              values: [...this.namespaces].sort(),
            }],
          }),
        }),
        resourceGroups: [groupOf(place, flavors, props)],
      },
    });
    this.name = queue.name;
    noteQuotas(this, quotas);
    this.node.addValidation({
      validate: () => (this.namespaces.size > 0
        ? []
        : [`${place}: no team is in the queue, so nobody can use it; give it to a GpuTeam`]),
    });
  }

  /** Lets a namespace in. @internal */
  public _admit(namespace: string): void {
    this.namespaces.add(namespace);
  }

  /** A flavor is of the cluster: queues over one pool share it. */
  private writeFlavor({ name, slices: [{ slice }] }: Flavor): void {
    const written = AppChecks.of(this).shared('flavors of Kueue', () => new Map<string, ApiObject>());
    if (written.has(name)) { return; }
    written.set(name, new ClusterScopedObject(this, `flavor-${name}`, {
      apiVersion: this._apiVersion,
      kind: 'ResourceFlavor',
      metadata: { name },
      spec: { nodeLabels: slice.nodeSelector, tolerations: slice.tolerations },
    }));
  }
}

function checkQuota(place: string, quota: GpuQueueQuota, cohort: string | undefined, release: string): void {
  const { slice, borrowingLimit, lendingLimit, count } = quota;
  checkAllowance(place, 'quotas', quota, 0);
  if (slice.access.isClaim) { checkClaimed(place, slice, release); }
  for (const [key, value] of Object.entries({ borrowingLimit, lendingLimit })) {
    if (value !== undefined && cohort === undefined) {
      throw new Error(`${place}: ${key} of ${slice} has no meaning without a cohort; give the queue `
        + 'a cohort, or leave it out');
    }
    checkWhole(place, `${key} of ${slice}`, value, 0);
  }
  if (lendingLimit !== undefined && lendingLimit > count) {
    throw new Error(`${place}: lendingLimit ${lendingLimit} of ${slice} is more than the ${count} that the queue has`);
  }
  if (Object.keys(slice.nodeSelector).length > MOST_LABELS || slice.tolerations.length > MOST_LABELS) {
    throw new Error(`${place}: the nodes of ${slice} are known by more than ${MOST_LABELS} labels or taints, and a `
      + 'ResourceFlavor takes no more; know them by fewer');
  }
}

/** @throws for a claim that Kueue does not count, or not by itself (kueue@v0.19.2 pkg/dra/claims.go) */
function checkClaimed(place: string, slice: GpuSlice, release: string): void {
  const orByResource = 'or take DraAccess.EXTENDED_RESOURCE, by which pods ask for a resource';
  if (KUEUE.lacks('claimCounting', release)) {
    throw new Error(`${place}: Kueue ${release} counts resources, and ${slice} is asked for by a claim; upgrade to `
      + `${KUEUE.milestones.claimCounting.begins}, ${orByResource}`);
  }
  if (slice.access.claimName !== undefined) {
    throw new Error(`${place}: Kueue does not count a claim that is named, and ${slice} is one that pods share `
      + '[TEN-014]; leave it out of the queue');
  }
  if (slice._deviceClass === undefined) {
    throw new Error(`${place}: Kueue counts the devices of a claim by their class, with exactly and a count, and `
      + `${slice} is no such claim of a class that is known here [TEN-014]; give what slice() or wholeGpu() return`);
  }
  if (slice.profile !== undefined && slice._deviceClass === ALL_MIG) {
    throw new Error(`${place}: Kueue counts claims by their class, and ${slice} is of ${ALL_MIG} as all MIG devices `
      + `are; give the GpuOperator dra: { profileClasses: true }, ${orByResource}`);
  }
}

/** The driver's class of MIG devices, of whatever profile. */
const ALL_MIG = 'mig.nvidia.com';

/** What quotas call a slice: the resource of its pods, or the one that the device plugin would give it. */
function resourceOf({ access, gpu, profile }: GpuSlice): string {
  return access.resourceName ?? (profile === undefined ? 'nvidia.com/gpu' : gpu!.profile(profile).resourceName);
}

function mappingsOf(quotas: GpuQueueQuota[]): DeviceClassMapping[] {
  const claimed = quotas.filter(({ slice }) => slice.access.isClaim);
  const classes = new Map(claimed.map(({ slice }) => [resourceOf(slice), slice._deviceClass!]));
  return [...classes].sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, deviceClass]) => ({ name, deviceClassNames: [deviceClass] }));
}

/** All queues of an app share Kueue's Configuration, so a person is told once. */
function noteMappings(queue: GpuQueue): void {
  if (queue.deviceClassMappings.length === 0) { return; }
  const told = AppChecks.of(queue).shared('device classes of Kueue', () => {
    const all = new Map<string, string>();
    AppChecks.of(queue).actions.push(() => [
      'Kueue counts claims by its Configuration, which is of the whole cluster: write resources: {deviceClassMappings: '
        + `[${[...all].sort().map(([name, of]) => `{name: ${name}, deviceClassNames: [${of}]}`).join(', ')}]} into it `
        + '(managerConfig.controllerManagerConfigYaml of its chart), and restart its controller.',
      ...(all.size > MOST_MAPPINGS ? [`Kueue takes ${MOST_MAPPINGS} mappings at most, and there are ${all.size}.`] : []),
    ]);
    return all;
  });
  for (const { name, deviceClassNames: [deviceClass] } of queue.deviceClassMappings) { told.set(name, deviceClass); }
}

function releaseOf(queue: GpuQueue, { kueue, quotas }: GpuQueueProps): string {
  const release = kueue?.version ?? AppChecks.of(queue).releasesFor(queue, quotas[0].slice.pool).kueue;
  if (release === undefined) {
    throw new Error(`${queue.node.path}: the API of Kueue changes with its releases; say which the cluster has: `
      + 'releases: { kueue: KueueVersion.V0_17 } on the GpuOperator, or kueue '
      + 'here');
  }
  return release;
}

/**
 * Slices that are on the same nodes; the name has the hash of what those are known by, because workloads keep the
 * flavor that they were given.
 */
function flavorsOf(quotas: GpuQueueQuota[]): Flavor[] {
  const flavors = new Map<string, GpuQueueQuota[]>();
  for (const quota of quotas) {
    const { pool, nodeSelector, tolerations } = quota.slice;
    const name = hashedName(pool, [Object.entries(nodeSelector).sort(), tolerations]);
    flavors.set(name, [...flavors.get(name) ?? [], quota]);
  }
  return [...flavors].map(([name, slices]) => ({ name, slices }));
}

/**
 * One group, so that a workload gets its slices, CPU and memory on the same nodes. Each flavor names every resource, in
 * the same order.
 */
function groupOf(place: string, flavors: Flavor[], { quotas, cpu, memory }: GpuQueueProps): Record<string, unknown> {
  const devices = [...new Set(quotas.map(({ slice }) => resourceOf(slice)))].sort();
  const host = Object.entries({ cpu, memory }).filter(([, amount]) => amount !== undefined);
  if (flavors.length > MOST || devices.length + host.length > MOST) {
    throw new Error(`${place}: ${flavors.length} pools and ${devices.length + host.length} resources are more than `
      + `the ${MOST} of each that a queue takes; make several queues`);
  }
  return {
    coveredResources: [...devices, ...host.map(([name]) => name)],
    flavors: flavors.map(({ name, slices }) => ({
      name,
      resources: [
        ...devices.map(resource =>
          quotaOf(resource, slices.filter(({ slice }) => resourceOf(slice) === resource))),
        ...host.map(([resource, nominalQuota]) => ({ name: resource, nominalQuota })),
      ],
    })),
  };
}

function quotaOf(name: string, quotas: GpuQueueQuota[]): Record<string, unknown> {
  const sum = (key: 'count' | 'borrowingLimit' | 'lendingLimit') =>
    (quotas.every(quota => quota[key] === undefined)
      ? undefined
      : quotas.reduce((total, quota) => total + (quota[key] ?? 0), 0));
  const [borrowingLimit, lendingLimit] = [sum('borrowingLimit'), sum('lendingLimit')];
  return {
    name,
    nominalQuota: String(sum('count') ?? 0),
    ...(borrowingLimit !== undefined && { borrowingLimit: String(borrowingLimit) }),
    ...(lendingLimit !== undefined && { lendingLimit: String(lendingLimit) }),
  };
}

/** What the queues of an app hand out of a slice together. */
interface Handout {
  readonly slice: GpuSlice;
  readonly parts: { readonly queue: string; readonly count: number }[];
}

/** Kueue admits by quota alone: what is beyond the pool is admitted and then waits for ever, in the way of others. */
function noteQuotas(queue: GpuQueue, quotas: GpuQueueQuota[]): void {
  const handouts = AppChecks.of(queue).shared('quotas of Kueue', () => {
    const all = new Map<string, Handout>();
    queue.node.root.node.addValidation({ validate: () => [...all.values()].flatMap(tooMany) });
    return all;
  });
  for (const { slice, count } of quotas) {
    const key = `${slice.pool} ${slice.access}`;
    handouts.set(key, { slice, parts: [...handouts.get(key)?.parts ?? [], { queue: queue.node.path, count }] });
  }
}

function tooMany({ slice, parts }: Handout): string[] {
  const sum = parts.reduce((total, { count }) => total + count, 0);
  if (slice.capacity === undefined || sum <= slice.capacity) { return []; }
  return [`queues hand out ${sum} of ${slice} together `
    + `(${parts.map(({ queue, count }) => `${queue} ${count}`).join(', ')}), and pool `
    + `${slice.pool} has ${slice.capacity} [CAP-002]: Kueue would admit pods that stay Pending; lower the quotas, or `
    + 'let queues of one cohort borrow'];
}
