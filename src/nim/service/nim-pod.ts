import { NimContainer, toContainers } from './nim-container';
import { deepMerge, survivesUnquoted } from '../../kubernetes';
import { GpuSlice } from '../../pools';
import { checkQuantity, checkText, checkWhole, given, struct, TEXT } from '../../props';

/** Whether replicas share a node. */
export enum NimSpread {
  /** On different nodes as far as there are any. */
  PREFERRED = 'preferred',
  /** On different nodes, or not at all. */
  REQUIRED = 'required',
}

/** CPU and memory of the NIM's container. */
export interface NimContainerResources {
  /**
   * CPU that is set aside, as Kubernetes writes quantities: `4` or `500m`.
   * @default - none
   */
  readonly cpu?: string;
  /**
   * Memory of the host that is set aside.
   * @default - none
   */
  readonly memory?: string;
  /**
   * The most CPU.
   * @default - no limit
   */
  readonly cpuLimit?: string;
  /**
   * The most memory of the host. Shared memory counts.
   * @default - no limit
   */
  readonly memoryLimit?: string;
}

/** What the pods of a NIM are like. */
export interface NimPodSettings {
  /**
   * CPU and memory of the host.
   * @default - none set aside, no limit
   */
  readonly containerResources?: NimContainerResources;
  /**
   * Labels of the pods and of all that the operator makes. `app` is the operator's own.
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * Annotations of the pods and of all that the operator makes.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
  /**
   * What the container runs.
   * @default - the image's own
   */
  readonly command?: string[];
  /**
   * Arguments.
   * @default - the image's own
   */
  readonly args?: string[];
  /**
   * User that the container runs as. Speech NIMs can write to their workspace as 1000 only. 0 is root, which leaves the
   * restricted pod security profile, and is a warning (SEC-002).
   * @default - the operator's own, 1000
   */
  readonly userId?: number;
  /**
   * Group that the container runs as, and that owns its volumes.
   * @default - the operator's own, 2000
   */
  readonly groupId?: number;
  /**
   * Labels of the nodes, beside those of the slice.
   * @default - those of the slice
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints to tolerate, beside those of the pool, as in Kubernetes. `tolerationSeconds` is dropped by the operator.
   * @default - those of the slice
   */
  readonly tolerations?: any[];
  /**
   * Affinity, as in Kubernetes. NIM Operator 3.0.2 and later.
   * @default - none
   */
  readonly affinity?: Record<string, any>;
  /**
   * Whether replicas share a node: becomes an anti-affinity by host name. NIM Operator 3.0.2 and later.
   * @default - as the scheduler likes
   */
  readonly spreadOverNodes?: NimSpread;
  /**
   * The scheduler.
   * @default - that of the cluster
   */
  readonly schedulerName?: string;
  /**
   * The runtime class, such as one for confidential containers.
   * @default - that of the cluster
   */
  readonly runtimeClassName?: string;
  /**
   * The priority class. NIM Operator 3.1.2 and later.
   * @default - that of the cluster
   */
  readonly priorityClassName?: string;
  /**
   * Containers that run to their end before the NIM starts. NIM Operator 3.1 and later.
   * @default - none
   */
  readonly initContainers?: NimContainer[];
  /**
   * Containers that run beside the NIM. NIM Operator 3.1 and later.
   * @default - none
   */
  readonly sidecarContainers?: NimContainer[];
}

/** The fields of a NIMService's spec that shape its pods, without placement. */
export function toPod(place: string, props: NimPodSettings): Record<string, unknown> {
  checkWhole(place, 'userId', props.userId, 0, 2 ** 31 - 1);
  checkWhole(place, 'groupId', props.groupId, 0, 2 ** 31 - 1);
  if (props.labels?.app !== undefined) {
    throw new Error(`${place}: the label app takes the place of the one that the Deployment selects by, and `
      + 'Kubernetes refuses it [NIM-034]; use another key');
  }
  for (const name of ['schedulerName', 'runtimeClassName', 'priorityClassName'] as const) {
    checkText(place, name, props[name]);
    if (props[name] !== undefined && !survivesUnquoted(props[name])) {
      throw new Error(`${place}: ${name} "${props[name]}" is printed without quotes by the operator and is then no `
        + 'string [NIM-036]; use one that begins with a letter');
    }
  }
  return {
    ...given(
      props,
      'labels',
      'annotations',
      'command',
      'args',
      'schedulerName',
      'runtimeClassName',
      'priorityClassName',
    ),
    ...(props.userId !== undefined && { userID: props.userId }),
    ...(props.groupId !== undefined && { groupID: props.groupId }),
    ...toContainers(place, 'initContainers', props.initContainers),
    ...toContainers(place, 'sidecarContainers', props.sidecarContainers),
  };
}

/**
 * `resources` of a NIMService. The GPU stands in both maps: with one of them alone the operator writes into a map that
 * is not there (k8s-nim-operator nimservice.go addGPUResources).
 */
export function toResources(
  place: string,
  gpus: Record<string, string>,
  wanted: NimContainerResources | undefined,
): Record<string, unknown> {
  for (const key of ['cpu', 'memory', 'cpuLimit', 'memoryLimit'] as const) {
    checkQuantity(place, `containerResources.${key}`, wanted?.[key]);
  }
  const requests = { ...gpus, ...given(wanted ?? {}, 'cpu', 'memory') };
  const limits = {
    ...gpus,
    ...(wanted?.cpuLimit !== undefined && { cpu: wanted.cpuLimit }),
    ...(wanted?.memoryLimit !== undefined && { memory: wanted.memoryLimit }),
  };
  const maps = Object.fromEntries(Object.entries({ requests, limits })
    .filter(([, map]) => Object.keys(map).length > 0));
  return Object.keys(maps).length === 0 ? {} : { resources: maps };
}

type Term = Record<string, unknown>;
type Affinity = Record<string, unknown>;

/**
 * Labels that would change their type in the operator's template go into the affinity, which is rendered with quotes.
 */
export function toPlacement(props: NimPodSettings, slice: GpuSlice | undefined, name: string): Record<string, unknown> {
  const labels = Object.entries({ ...slice?.nodeSelector, ...props.nodeSelector });
  const safe = labels.filter(([, value]) => survivesUnquoted(value));
  const unsafe = labels.filter(([, value]) => !survivesUnquoted(value))
    .map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  const tolerations: unknown[] = [...slice?.tolerations ?? [], ...props.tolerations ?? []];
  const affinity = spread(withRequired(props.affinity, unsafe), props.spreadOverNodes, name);
  return {
    ...(safe.length > 0 && { nodeSelector: Object.fromEntries(safe) }),
    ...(affinity !== undefined && { affinity }),
    ...(tolerations.length > 0 && { tolerations }),
  };
}

/** Terms of a required node affinity are alternatives, so each gets the expressions. */
function withRequired(affinity: Affinity | undefined, expressions: Term[]): Affinity | undefined {
  if (expressions.length === 0) { return affinity; }
  const nodeAffinity = affinity?.nodeAffinity as {
    requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: Term[] };
  } | undefined;
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}];
  const own = (term: Term) => (term.matchExpressions as Term[] | undefined) ?? [];
  const nodeSelectorTerms = terms.map(term => ({ ...term, matchExpressions: [...own(term), ...expressions] }));
  return {
    ...affinity,
    nodeAffinity: deepMerge({ ...nodeAffinity }, {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
    }),
  };
}

/**
 * The operator labels the pods of a Deployment `app: <name>` (k8s-nim-operator api/apps/v1alpha1
 * GetStandardSelectorLabels).
 */
function spread(affinity: Affinity | undefined, wanted: NimSpread | undefined, name: string): Affinity | undefined {
  if (wanted === undefined) { return affinity; }
  const term = { labelSelector: { matchLabels: { app: name } }, topologyKey: 'kubernetes.io/hostname' };
  const [field, entry] = wanted === NimSpread.REQUIRED
    ? ['requiredDuringSchedulingIgnoredDuringExecution', term]
    : ['preferredDuringSchedulingIgnoredDuringExecution', { weight: 100, podAffinityTerm: term }];
  const podAntiAffinity = affinity?.podAntiAffinity as Record<string, unknown[]> | undefined;
  return { ...affinity, podAntiAffinity: { ...podAntiAffinity, [field]: [...podAntiAffinity?.[field] ?? [], entry] } };
}
export const CONTAINER_RESOURCES = struct<NimContainerResources>({
  cpu: TEXT,
  memory: TEXT,
  cpuLimit: TEXT,
  memoryLimit: TEXT,
});
