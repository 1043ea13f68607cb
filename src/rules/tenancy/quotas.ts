import {
  claimDemand, ClusterModel, devicesByClass, ManifestDocument, mostPodsWithAutoscaler, podDemand, Workload,
} from '../../cluster';
import { at, fieldsOf, Path, quantityOf, textOf } from '../../kubernetes';
import { nearestName } from '../../text';
import { areApart } from '../folders';
import { defineRule, Rule } from '../rule';

const PER_CLASS = '.deviceclass.resource.k8s.io/devices';
const BY_IMPLICIT_NAME = 'requests.deviceclass.resource.kubernetes.io/';

/** More names than these are not searched for the one that was meant. */
const MOST_NAMES = 500;

const DRIVER_CLASSES = ['gpu.nvidia.com', 'mig.nvidia.com', 'vfio.gpu.nvidia.com'];

const EVIDENCE = 'kubernetes/kubernetes@v1.37.2 pkg/quota/v1/evaluator/core/pods.go isExtendedResourceNameForQuota; '
  + 'kubernetes/kubernetes@v1.37.2 '
  + 'pkg/quota/v1/evaluator/core/resource_claims.go';

/** What one entry of `hard` limits. */
interface Limit {
  readonly quota: ManifestDocument;
  readonly path: Path;
  readonly key: string;
  readonly most?: number;
  /** The extended resource that is counted. */
  readonly resource?: string;
  /** The DeviceClass whose devices are counted. */
  readonly deviceClass?: string;
}

/** Entries that count GPUs, or are meant to. */
function limitsOf(model: ClusterModel): Limit[] {
  return model.ofKind('ResourceQuota').flatMap(quota => Object.entries(fieldsOf(quota.spec.hard)).map(([key, value]): Limit => ({
    quota,
    key,
    path: ['spec', 'hard', key],
    most: quantityOf(value),
    deviceClass: key.endsWith(PER_CLASS) ? key.slice(0, -PER_CLASS.length)
      : key.startsWith(BY_IMPLICIT_NAME) ? key.slice(BY_IMPLICIT_NAME.length) : undefined,
    resource: key.startsWith('requests.') && !key.startsWith(BY_IMPLICIT_NAME) && !key.endsWith(PER_CLASS)
      ? key.slice('requests.'.length)
      : undefined,
  })));
}

const isOfGpus = (name: string) => name.startsWith('nvidia.com/');

function countsGpus({ resource, deviceClass }: Limit): boolean {
  return deviceClass !== undefined || (resource !== undefined && isOfGpus(resource));
}

/** Workloads of the namespace of a quota, in files of the same cluster. */
function tenantsOf(model: ClusterModel, quota: ManifestDocument): Workload[] {
  return ofNamespace(model, 'workloads', model.workloads, quota)
    .filter(({ document }) => !areApart(model, document, quota));
}

/** What is in the namespace of a quota; nothing where the quota says none. */
function ofNamespace<T extends { document: ManifestDocument }>(
  model: ClusterModel, what: string, all: readonly T[], { namespace }: ManifestDocument,
): readonly T[] {
  const byNamespace = model.once(`${what} by namespace`, () => {
    const groups = new Map<string | undefined, T[]>();
    for (const each of all) {
      const key = each.document.namespace;
      groups.set(key, groups.get(key) ?? []).get(key)!.push(each);
    }
    return groups;
  });
  return namespace === undefined ? [] : byNamespace.get(namespace) ?? [];
}

/** Classes whose devices a pod gets by the name of a resource. */
function classesBehind(model: ClusterModel, resource: string): readonly string[] {
  const classes = model.once(classesBehind, () => {
    const byResource = new Map<unknown, string[]>();
    for (const { spec: { extendedResourceName: of }, name } of model.ofKind('DeviceClass')) {
      byResource.set(of, byResource.get(of) ?? []).get(of)!.push(name);
    }
    return byResource;
  });
  return classes.get(resource) ?? [];
}

/** Something that asks for devices, and for how many. */
interface Asked {
  readonly name: string;
  readonly count: number;
  readonly document: ManifestDocument;
}

/**
 * What counts against a limit: for each workload as many as all its pods have, and for each claim that stands alone.
 */
function askedOf(
  model: ClusterModel,
  { quota, resource, deviceClass }: Limit,
): readonly Asked[] {
  const demand = model.once(quota, () => demandOn(model, quota));
  return (resource === undefined ? demand.ofClasses.get(deviceClass ?? '') : demand.ofResources.get(resource)) ?? [];
}

/** All that counts against a quota, by resource and by class, what stands in pods first. */
function demandOn(model: ClusterModel, quota: ManifestDocument): Record<'ofResources' | 'ofClasses', Map<string, Asked[]>> {
  const [ofResources, ofClasses] = [new Map<string, Asked[]>(), new Map<string, Asked[]>()];
  const take = (
    to: Map<string, Asked[]>, demand: ReadonlyMap<string, number>, document: ManifestDocument, times: number,
  ) => {
    for (const [what, each] of demand) {
      const count = each * times;
      if (count > 0) { to.set(what, to.get(what) ?? []).get(what)!.push({ name: document.name, document, count }); }
    }
  };
  const mostPods = mostPodsWithAutoscaler(model);
  for (const workload of tenantsOf(model, quota)) {
    const pods = mostPods(workload) ?? 0;
    take(ofResources, podDemand(workload), workload.document, pods);
    take(ofClasses, claimDemand(model, workload), workload.document, pods);
  }
  for (const claim of ofNamespace(model, 'claims', model.claims, quota)) {
    if (claim.document.kind === 'ResourceClaim' && !areApart(model, claim.document, quota)) {
      take(ofClasses, devicesByClass(claim), claim.document, 1);
    }
  }
  return { ofResources, ofClasses };
}

/** Rules about how many GPUs a namespace may have. */
export const QUOTA_RULES: Rule[] = [
  defineRule({
    id: 'TEN-001',
    name: 'uncounted-quota-key',
    area: 'tenancy',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'a ResourceQuota limits GPUs by requests.<resource>',
    why: 'the API server takes nvidia.com/gpu and limits.nvidia.com/gpu for keys too and counts nothing by them, so '
      + 'that the namespace has no limit: what is not overcommitted is counted by requests alone',
    evidence: `${EVIDENCE}; run on API servers of 1.34.2 and 1.37.2`,
    *check(model) {
      for (const { quota, path, key } of limitsOf(model)) {
        const resource = isOfGpus(key)
          ? key
          : key.startsWith('limits.') && isOfGpus(key.slice('limits.'.length))
            ? key.slice('limits.'.length)
            : undefined;
        if (resource !== undefined && !key.endsWith(PER_CLASS)) {
          yield {
            document: quota,
            path,
            message: `${key} is taken and never counted, so the quota keeps nobody from any ${resource}`,
            fix: `write requests.${resource}`,
          };
        }
      }
    },
  }),
  defineRule({
    id: 'TEN-002',
    name: 'unknown-quota-class',
    area: 'tenancy',
    severity: 'warning',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'a ResourceQuota counts devices by the name of a DeviceClass that is there, as in '
      + 'mig.nvidia.com.deviceclass.resource.k8s.io/devices',
    why: 'a class that no claim names counts nothing, and so does one with requests. before it: the '
      + 'API server takes any name',
    evidence: EVIDENCE,
    *check(model) {
      const known = new Set([...DRIVER_CLASSES, ...model.ofKind('DeviceClass').map(({ name }) => name)]);
      const few = known.size > MOST_NAMES ? DRIVER_CLASSES : [...known];
      for (const { quota, path, key, deviceClass } of limitsOf(model)) {
        if (deviceClass === undefined || known.has(deviceClass) || !/nvidia/.test(deviceClass)) { continue; }
        const plain = deviceClass.replace(/^(?:requests|limits)\./, '');
        const meant = known.has(plain) ? plain : nearestName(plain, few);
        // classes of one's own may be made elsewhere
        if (meant === undefined) { continue; }
        yield {
          document: quota,
          path,
          message: `${key} counts the class ${deviceClass}, which is not there`,
          fix: `write ${meant}${PER_CLASS}`,
        };
      }
    },
  }),
  defineRule({
    id: 'TEN-003',
    name: 'quota-below-workloads',
    area: 'tenancy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'the workloads of a namespace, replicas and autoscaling included, ask for no more GPUs than its '
      + 'ResourceQuota lets them have',
    why: 'the API server refuses the pods beyond. They are not even Pending: a ReplicaSet says FailedCreate in its '
      + 'events, and an autoscaler never gets there. Jobs are not counted: they wait',
    evidence: EVIDENCE,
    *check(model) {
      for (const limit of limitsOf(model)) {
        const { quota, path, key, most } = limit;
        if (!countsGpus(limit)
          || most === undefined
          || at(quota.spec, 'scopes') !== undefined
          || at(quota.spec, 'scopeSelector') !== undefined) { continue; }
        const asked = askedOf(model, limit);
        const sum = asked.reduce((total, { count }) => total + count, 0);
        if (sum <= most) { continue; }
        const shown = asked.slice(0, 5).map(({ name, count }) => `${name} ${count}`).join(', ');
        yield {
          document: quota,
          path,
          message: `${key} lets namespace ${quota.namespace} have ${most}, and its workloads ask for up to ${sum}: `
            + `${shown}${asked.length > 5 ? `, ${asked.length - 5} more` : ''}`,
          fix: 'raise the quota, or lower replicas and maxReplicas; the pods beyond are refused',
        };
      }
    },
  }),
  defineRule({
    id: 'TEN-004',
    name: 'quota-passed-by',
    area: 'tenancy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a namespace with a ResourceQuota on GPUs counts them in each way that its pods ask for them: '
      + 'resources by requests, claims by the class of their devices',
    why: 'a quota on requests.nvidia.com/gpu does not count what a claim gets, nor does one on a class count what '
      + 'a device plugin hands out',
    evidence: EVIDENCE,
    *check(model) {
      const limits = limitsOf(model).filter(countsGpus);
      const byNamespace = new Map<string | undefined, Limit[]>();
      for (const limit of limits) {
        const { namespace } = limit.quota;
        byNamespace.set(namespace, byNamespace.get(namespace) ?? []).get(namespace)!.push(limit);
      }
      for (const here of byNamespace.values()) {
        const [{ quota }] = here; // all quotas of a namespace hold
        for (const { name, what, fix } of uncounted(model, quota, here)) {
          yield {
            document: quota,
            path: ['spec', 'hard'],
            message: `no entry counts ${what}, which ${name} asks for: the quota does not hold it`,
            fix: `add ${fix}`,
          };
        }
      }
    },
  }),
];

/** What tenants ask for that no limit counts, one of each. */
function* uncounted(
  model: ClusterModel,
  quota: ManifestDocument,
  limits: Limit[],
): Generator<{ name: string; what: string; fix: string }> {
  const [byResource, byClass] = [
    new Set(limits.flatMap(({ resource }) => resource ?? [])),
    new Set(limits.flatMap(({ deviceClass }) => deviceClass ?? [])),
  ];
  const extended = new Map<string, string>();
  for (const { name, spec } of [...model.ofKind('DeviceClass')].reverse()) {
    extended.set(name, textOf(spec.extendedResourceName) ?? '');
  }
  const told = new Set<string>();
  for (const workload of tenantsOf(model, quota)) {
    const { name } = workload.document;
    // of resources one entry is enough to show what its author counts by: the others may be left free on purpose
    for (const resource of byResource.size > 0 ? [] : podDemand(workload).keys()) {
      if (!isOfGpus(resource)
        || told.has(resource)) { continue; }
      told.add(resource);
      if (classesBehind(model, resource).some(each => byClass.has(each))) { continue; }
      yield { name, what: resource, fix: `requests.${resource}` };
    }
    for (const deviceClass of byClass.size > 0 ? [] : claimDemand(model, workload).keys()) {
      if (byResource.has(extended.get(deviceClass) ?? '') || told.has(deviceClass)) { continue; }
      told.add(deviceClass);
      yield { name, what: `the devices of class ${deviceClass}`, fix: `${deviceClass}${PER_CLASS}` };
    }
  }
}
