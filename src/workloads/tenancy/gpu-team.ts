import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ALLOWANCE, checkAllowance, GpuAllowance, quotaKey } from './gpu-allowance';
import { GpuQueue } from './gpu-queue';
import { ClusterScopedObject } from '../../allocation';
import { checkNamespace, checkProps, FLAG, listOf, made, mapOf, needed, oneOf, Shape, struct, TEXT } from '../../props';
import { AppChecks } from '../../synthesis';
import { NimCaller } from '../network/caller';
import { CALLER } from '../network/caller-policy';

/** Which pods a namespace lets in (Kubernetes, Pod Security Standards). */
export enum PodSecurityLevel {
  /** Any. */
  PRIVILEGED = 'privileged',
  /** Those without known ways to more rights. NIMs pass it. */
  BASELINE = 'baseline',
  /** Those that are hardened. Servers of this library pass it; NIMs do not (SEC-003). */
  RESTRICTED = 'restricted',
}

/** A team that shares GPUs with others. */
export interface GpuTeamProps {
  /** Its namespace. */
  readonly namespace: string;
  /**
   * Whether the namespace is made too.
   * @default true
   */
  readonly createNamespace?: boolean;
  /**
   * Which pods the namespace lets in. Only with `createNamespace`.
   * @default - as the cluster has it
   */
  readonly podSecurity?: PodSecurityLevel;
  /**
   * Labels of the namespace. Only with `createNamespace`.
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * How many slices its pods may ask for, terminated ones not counted. A slice that stands in no entry is without a
   * limit; `count: 0` forbids it. Claims are counted by the class of their devices: all MIG devices together.
   */
  readonly allowances: GpuAllowance[];
  /**
   * The queue in which its workloads wait for slices.
   * @default - none: pods beyond the allowance are refused
   */
  readonly queue?: GpuQueue;
  /**
   * Who may call the pods of the namespace, beside its own pods. It needs a network plugin that enforces
   * NetworkPolicies.
   * @default - no NetworkPolicy: the whole cluster may call
   */
  readonly callers?: NimCaller[];
}

const TEAM: Shape<GpuTeamProps> = {
  namespace: needed(TEXT),
  createNamespace: FLAG,
  podSecurity: oneOf(PodSecurityLevel),
  labels: mapOf(TEXT),
  allowances: needed(listOf(struct<GpuAllowance>(ALLOWANCE))),
  queue: made('a GpuQueue', '_admit'),
  callers: listOf(CALLER),
};

/** Name of the LocalQueue of every team. */
const LOCAL_QUEUE = 'gpus';

/** The label by which a workload says its queue (kueue@v0.17.0 pkg/controller/constants). */
const QUEUE_NAME = 'kueue.x-k8s.io/queue-name';

/**
 * What a team may have of the GPUs of a cluster: its namespace, a ResourceQuota for slices, a LocalQueue of Kueue, and
 * a NetworkPolicy around its pods.
 *
 * @example
 * const team = new GpuTeam(chart, 'vision', {
 *   namespace: 'vision',
 *   allowances: [{ slice: pool.slice('3g.40gb'), count: 2 }, { slice: pool.wholeGpu(), count: 0 }],
 *   callers: [NimCaller.namespace('gateway')],
 * });
 * team.namespace; // 'vision'
 */
export class GpuTeam extends Construct {
  /** Its namespace. */
  public readonly namespace: string;
  /** Name of its LocalQueue; undefined without a queue. */
  public readonly localQueue?: string;

  /**
   * @param scope where it is
   * @param id its id
   * @param props what it may have
   * @throws when an allowance is more than its pool has
   */
  constructor(scope: Construct, id: string, props: GpuTeamProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, props, TEAM);
    const { namespace, createNamespace = true, podSecurity, labels, allowances, queue, callers } = props;
    checkNamespace(place, namespace);
    if (!createNamespace && (podSecurity !== undefined || labels !== undefined)) {
      throw new Error(`${place}: podSecurity and labels are for a namespace that is made here, and createNamespace `
        + 'is false; set them where it is made');
    }
    if (callers?.length === 0) {
      throw new Error(`${place}: callers is empty; name some, or leave it out for the whole cluster`);
    }
    for (const allowance of allowances) { checkAllowance(place, 'allowances', allowance, 0); }
    this.namespace = namespace;
    AppChecks.of(this).generated.add(this);

    if (createNamespace) {
      writeNamespace(this, namespace, {
        ...labels,
        ...(podSecurity !== undefined && { 'pod-security.kubernetes.io/enforce': podSecurity }),
      });
    }
    if (allowances.length > 0) { writeQuota(this, namespace, allowances); }
    if (queue !== undefined) { this.localQueue = writeLocalQueue(this, namespace, queue); }
    if (callers !== undefined) { writePolicy(this, namespace, callers); }
  }

  /**
   * Has a workload wait in the team's queue: a Job, a Deployment, a JobSet or whatever else Kueue knows.
   * @param workload the construct, in the namespace of the team
   * @throws when the team has no queue, or the workload is elsewhere
   */
  public submit(workload: IConstruct): void {
    if (this.localQueue === undefined) { throw new Error(`${this.node.path}: the team has no queue; give it one`); }
    const object = ApiObject.of(workload);
    if (object.kind === 'NIMService') {
      throw new Error(`${workload.node.path}: Kueue knows no NIMService, only the Deployment that the NIM Operator `
        + 'makes of it, with its labels. Give the NIM labels: { '
        + `'${QUEUE_NAME}': '${this.localQueue}' }`);
    }
    if (object.metadata.namespace !== this.namespace) {
      throw new Error(`${workload.node.path}: it is in `
        + `${object.metadata.namespace === undefined ? 'no namespace' : `namespace ${object.metadata.namespace}`}, and `
        + `the queue of ${this.node.path} is in ${this.namespace}; Kueue looks in the workload's own namespace`);
    }
    object.metadata.addLabel(QUEUE_NAME, this.localQueue);
  }
}

function writeNamespace(team: GpuTeam, name: string, labels: Record<string, string>): void {
  new ClusterScopedObject(team, 'Namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...(Object.keys(labels).length > 0 && { labels }) },
  });
}

/** Slices that a quota calls alike, such as a profile in two pools, are added. */
function writeQuota(team: GpuTeam, namespace: string, allowances: GpuAllowance[]): void {
  const hard = new Map<string, number>();
  for (const { slice, count } of allowances) {
    const key = quotaKey(team.node.path, slice);
    hard.set(key, (hard.get(key) ?? 0) + count);
  }
  new ApiObject(team, 'Quota', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'gpus', namespace },
    spec: { hard: Object.fromEntries([...hard].map(([key, count]) => [key, String(count)])) },
  });
}

function writeLocalQueue(team: GpuTeam, namespace: string, queue: GpuQueue): string {
  queue._admit(namespace);
  new ApiObject(team, 'LocalQueue', {
    apiVersion: queue._apiVersion,
    kind: 'LocalQueue',
    metadata: {
      name: LOCAL_QUEUE,
      namespace,
    },
    spec: { clusterQueue: queue.name },
  });
  return LOCAL_QUEUE;
}

function writePolicy(team: GpuTeam, namespace: string, callers: NimCaller[]): void {
  new ApiObject(team, 'Callers', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'callers', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }, ...callers.map(caller => caller._toPeer())] }],
    },
  });
}
