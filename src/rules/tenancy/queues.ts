import { claimDemand, ClusterModel, groupedBy, ManifestDocument, podDemand, templatesOfPod, Workload } from '../../cluster';
import { at, Fields, fieldsOf, listOf, Path, quantityOf, stringsOf, textOf } from '../../kubernetes';
import { KUEUE } from '../../releases';
import { listed } from '../../text';
import { areApart } from '../folders';
import { isSet } from '../nim/nim-check';
import { defineRule, Rule, RuleFinding } from '../rule';

const QUEUE_NAME = 'kueue.x-k8s.io/queue-name';

/** A workload that waits in a queue, and the ClusterQueue behind it. */
interface Queued {
  readonly workload: Workload;
  readonly queue: ManifestDocument;
}

/**
 * Workloads whose queue leads to a ClusterQueue among the manifests. The Deployment of a NIMService has the labels of
 * its spec (NVIDIA/k8s-nim-operator api/apps/v1alpha1/nimservice_types.go GetDeploymentParams).
 */
function* queued(model: ClusterModel): Generator<Queued> {
  const localQueues = new Map(model.ofKind('LocalQueue').map(each => [`${each.namespace ?? ''}/${each.name}`, each]));
  const queues = new Map(model.ofKind('ClusterQueue').map(each => [each.name, each]));
  for (const workload of queues.size === 0 ? [] : model.workloads) {
    const { document } = workload;
    const name = document.kind === 'NIMService'
      ? stringsOf(document.spec.labels)[QUEUE_NAME]
      : document.labels[QUEUE_NAME];
    const local = name === undefined ? undefined : localQueues.get(`${document.namespace ?? ''}/${name}`);
    const queue = local && queues.get(textOf(local.spec.clusterQueue) ?? '');
    if (queue !== undefined && !areApart(model, queue, document)) { yield { workload, queue }; }
  }
}

interface ResourceGroup { readonly path: Path; readonly covered: string[]; readonly flavors: readonly unknown[] }

/** Groups of a ClusterQueue, each with what it covers. */
function groupsOf({ spec }: ManifestDocument): ResourceGroup[] {
  return listOf(spec.resourceGroups).map((group, index) => ({
    path: [
      'spec',
      'resourceGroups',
      index,
    ],
    covered: listOf(at(group, 'coveredResources')).flatMap(each =>
      textOf(each) ?? []),
    flavors: listOf(at(group, 'flavors')),
  }));
}

/** What a ClusterQueue hands out. */
interface Offer {
  readonly covered: ReadonlySet<string>;
  /** Those of NVIDIA, in words. */
  readonly ofGpus: string;
  /** What each flavor has of a resource. */
  readonly quotas: ReadonlyMap<unknown, readonly Readonly<Fields>[]>;
}

/** Worked out once for a queue: thousands of workloads may be in it. */
function offerOf(model: ClusterModel, queue: ManifestDocument): Offer {
  return model.once(queue, () => {
    const groups = groupsOf(queue);
    const covered = new Set(groups.flatMap(group => group.covered));
    const ofFlavors = groups.flatMap(({ flavors }) => flavors).flatMap(flavor => listOf(at(flavor, 'resources')));
    return {
      covered,
      ofGpus: listed([...covered].filter(name => name.startsWith('nvidia.com/'))) || 'no GPU resource',
      quotas: groupedBy(ofFlavors.map(fieldsOf), quota => quota.name),
    };
  });
}

/** The first container that names a resource, and where. */
function placeOf({ containers, path }: Workload, resource: string): Path {
  const container = containers.find(({ limits, requests }) =>
    Object.hasOwn(limits, resource) || Object.hasOwn(requests, resource));
  return container === undefined
    ? path
    : [...container.path, 'resources', Object.hasOwn(container.limits, resource) ? 'limits' : 'requests', resource];
}

/** Rules about queues of Kueue over GPUs. */
export const QUEUE_RULES: Rule[] = [
  defineRule({
    id: 'TEN-010',
    name: 'cohort-field',
    area: 'tenancy',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'a ClusterQueue says its cohort by cohortName in kueue.x-k8s.io/v1beta2, and by cohort in v1beta1',
    why: 'the API server drops the other one, and the queue is in no cohort: it lends and borrows nothing',
    evidence: `${KUEUE.milestones.secondApi.source}; kubernetes-sigs/kueue@v0.15.0 `
      + 'apis/kueue/v1beta2/clusterqueue_types.go; kubernetes-sigs/kueue@v0.15.0 '
      + 'apis/kueue/v1beta1/clusterqueue_types.go',
    *check(model) {
      for (const document of model.ofKind('ClusterQueue')) {
        const [right, wrong] = document.apiVersion.endsWith('/v1beta1')
          ? ['cohort', 'cohortName']
          : ['cohortName', 'cohort'];
        if (isSet(document.spec[wrong])) {
          yield {
            document,
            path: ['spec', wrong],
            message: `${document.apiVersion} has no ${wrong}, and the queue is in no cohort`,
            fix: `write ${right}`,
          };
        }
      }
    },
  }),
  defineRule({
    id: 'TEN-011',
    name: 'resource-not-in-queue',
    area: 'tenancy',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'the ClusterQueue of a workload covers each GPU resource that its pods ask for',
    why: 'Kueue admits no workload that asks for a resource which its queue does not cover, unless it is told to leave '
      + 'the resource out; before 0.16 not even one that asks for none of it, as in nvidia.com/gpu: "0"',
    evidence: 'kubernetes-sigs/kueue@v0.19.2 pkg/scheduler/flavorassigner/flavorassigner.go findFlavorForPodSets, '
      + 'assignFlavors; kubernetes-sigs/kueue#8241',
    *check(model) {
      for (const { workload, queue } of queued(model)) {
        const { covered, ofGpus } = offerOf(model, queue);
        const asked = podDemand(workload);
        for (const resource of [...asked.keys()].filter(each => !covered.has(each))) {
          yield {
            ...uncovered(workload, resource),
            message: `ClusterQueue ${queue.name} covers ${ofGpus}, and not ${resource}: the workload is never admitted`,
            fix: 'cover it in a resource group, or ask for what is covered',
          };
        }
        const zeros = new Set(workload.containers.flatMap(({ limits, requests }) =>
          Object.entries({ ...requests, ...limits }))
          .filter(([name, count]) =>
            name.startsWith('nvidia.com/')
              && quantityOf(count) === 0
              && !covered.has(name)
              && !asked.has(name)).map(([name]) => name));
        for (const resource of zeros) {
          yield {
            ...uncovered(workload, resource),
            message: `ClusterQueue ${queue.name} does not cover ${resource}, and Kueue before 0.16 admits no `
              + 'workload with it, though it asks for none',
            fix: 'cover it with a quota of 0, or use Kueue 0.16',
            severity: 'info',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'TEN-012',
    name: 'flavor-resources',
    area: 'tenancy',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'another number of quotas is refused by the CRD; another order only by the webhook of Kueue, '
      + 'without which no manager runs',
    sentence: 'each flavor of a resource group has a quota for every covered resource, in the same order',
    why: 'the CRD refuses another number of them, and the webhook of Kueue another order',
    evidence: 'kubernetes-sigs/kueue@v0.19.2 apis/kueue/v1beta2/clusterqueue_types.go ResourceGroup; '
      + 'kubernetes-sigs/kueue@v0.19.2 pkg/webhooks/clusterqueue_webhook.go validateFlavorQuotas',
    *check(model) {
      for (const document of model.ofKind('ClusterQueue')) {
        for (const { path, covered, flavors } of groupsOf(document)) {
          const wanted = listed(covered) || 'nothing';
          for (const [index, flavor] of flavors.entries()) {
            const names = listOf(at(flavor, 'resources')).flatMap(each => textOf(at(each, 'name')) ?? []);
            if (names.length === covered.length && names.every((name, place) => name === covered[place])) { continue; }
            yield {
              document,
              path: [...path, 'flavors', index, 'resources'],
              message: `flavor ${textOf(at(flavor, 'name')) ?? index} has quotas for `
                + `${listed(names) || 'nothing'}, and the group covers ${wanted}`,
              fix: 'write one for each covered resource, in their order; nominalQuota: 0 where the flavor has none',
            };
          }
        }
      }
    },
  }),
  defineRule({
    id: 'TEN-013',
    name: 'pod-beyond-queue',
    area: 'tenancy',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no pod asks for more of a GPU resource than some flavor of its ClusterQueue may ever hand out',
    why: 'one pod gets its devices from one flavor: the workload is never admitted. In a cohort it is the nominal '
      + 'quota and what may be borrowed',
    evidence: 'kubernetes-sigs/kueue@v0.19.2 pkg/scheduler/flavorassigner/flavorassigner.go fitsResourceQuota',
    *check(model) {
      for (const { workload, queue } of queued(model)) {
        for (const [resource, count] of podDemand(workload)) {
          const most = mostOf(model, queue, resource);
          if (most === undefined || count <= most) { continue; }
          yield {
            ...uncovered(workload, resource),
            message: `a pod asks for ${count} of ${resource}, and no flavor of ClusterQueue ${queue.name} `
              + `hands out more than ${most}`,
            fix: 'raise the quota, or ask for fewer',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'TEN-014',
    name: 'claim-in-queue',
    area: 'tenancy',
    severity: 'info',
    lintSeverity: 'info',
    refusedAtOnce: true,
    sentence: 'claims of pods in a queue are of templates, with exactly and a count, of classes that Kueue is told of',
    why: 'from 0.18 on Kueue counts devices of templates by resources.deviceClassMappings of its Configuration, admits '
      + 'no workload with a class that stands in none, and refuses firstAvailable and allocationMode All. It does not '
      + 'count a claim that is named; before 0.18 it counts none unless the gate DynamicResourceAllocation is on',
    evidence: 'kubernetes-sigs/kueue@v0.19.2 pkg/dra/claims.go; kubernetes-sigs/kueue@v0.19.2 '
      + 'pkg/features/kube_features.go KueueDRAIntegration; kubernetes-sigs/kueue@v0.19.2 '
      + 'site/content/en/docs/tasks/manage/setup_dra.md',
    *check(model) {
      for (const { workload, queue } of queued(model)) {
        const { document, path } = workload;
        const claims = listOf(at(document.value, ...path, 'resourceClaims'));
        const named = claims.findIndex(each => isSet(at(each, 'resourceClaimName')));
        if (named >= 0) {
          yield {
            document,
            path: [...path, 'resourceClaims', named],
            message: `Kueue does not count a claim that is named, so ClusterQueue ${queue.name} `
              + 'hands out nothing for it',
            fix: 'name a ResourceClaimTemplate',
          };
        }
        const templates = [...new Set(templatesOfPod(workload))].flatMap(name => model.claimsNamed(name))
          .filter(each => each.document.namespace === document.namespace);
        const unfit = templates.find(({ requests }) =>
          requests.some(({ path: place, fields }) =>
            place.includes('firstAvailable') || fields.allocationMode === 'All'));
        if (unfit !== undefined) {
          yield {
            document: unfit.document,
            path: unfit.path,
            message: `Kueue admits no workload with firstAvailable or allocationMode All, and ${document.name} is in `
              + `ClusterQueue ${queue.name}`,
            fix: 'write exactly with a count',
            severity: 'warning',
          };
        } else if (claimDemand(model, workload).size > 0) {
          const classes = [...claimDemand(model, workload).keys()].join(', ');
          yield {
            document,
            path: [...path, 'resourceClaims'],
            message: `Kueue admits the workload where its Configuration maps ${classes} to a resource of `
              + `ClusterQueue ${queue.name}`,
            fix: `write resources.deviceClassMappings for ${classes}`,
          };
        }
      }
    },
  }),
];

function uncovered(workload: Workload, resource: string): Pick<RuleFinding, 'document' | 'path'> {
  return { document: workload.document, path: placeOf(workload, resource) };
}

/**
 * The most that one flavor may hand out of a resource at one time; undefined without a bound, or where the resource is
 * not covered.
 */
function mostOf(model: ClusterModel, queue: ManifestDocument, resource: string): number | undefined {
  const inCohort = isSet(queue.spec.cohortName) || isSet(queue.spec.cohort);
  const quotas = offerOf(model, queue).quotas.get(resource) ?? [];
  const each = quotas.map(({ nominalQuota, borrowingLimit }) => {
    const [nominal, borrowed] = [quantityOf(nominalQuota), inCohort ? quantityOf(borrowingLimit) : 0];
    return nominal === undefined || borrowed === undefined ? undefined : nominal + borrowed;
  });
  return each.length === 0 || each.includes(undefined) ? undefined : Math.max(...each as number[]);
}
