import { bindingIssues, roleIssues } from './access-shapes';
import { autoscalerIssues } from './autoscaling-shapes';
import { deviceClaimIssues } from './claim-shapes';
import { jobIssues } from './job-shapes';
import { namespaceIssues } from './namespace-shapes';
import { ingressIssues, networkPolicyIssues, serviceIssues } from './network-shapes';
import { podIssues } from './pod-shapes';
import { limitRangeIssues, quotaIssues, runtimeClassIssues } from './quota-shapes';
import { progressIssues, rolloutIssues, selectorIssues } from './selector-shapes';
import { Issues } from './shape-issue';
import { claimIssues, claimTemplateIssues, volumeOfClusterIssues } from './storage-shapes';
import { at, Fields, plainText } from '../../fields';
import { podTemplatesOf } from '../../pods/pod-templates';
import { CoreIssue } from '../core-issue';

/** What is looked at of a kind, beside the pods in it. */
const OF_KIND: Readonly<Record<string, (object: Readonly<Fields>) => Issues>> = {
  ClusterRole: roleIssues,
  ClusterRoleBinding: bindingIssues,
  CronJob: object => jobIssues(object, ['spec', 'jobTemplate', 'spec']),
  DaemonSet: function* (object) {
    yield* selectorIssues(object);
    yield* rolloutIssues(object, 'updateStrategy');
  },
  Deployment: function* (object) {
    yield* selectorIssues(object);
    yield* rolloutIssues(object, 'strategy');
    yield* progressIssues(object);
  },
  HorizontalPodAutoscaler: autoscalerIssues,
  Ingress: ingressIssues,
  Job: object => jobIssues(object, ['spec']),
  LimitRange: limitRangeIssues,
  Namespace: namespaceIssues,
  NetworkPolicy: networkPolicyIssues,
  PersistentVolume: volumeOfClusterIssues,
  PersistentVolumeClaim: object => claimIssues(['spec'], at(object, 'spec')),
  ReplicaSet: selectorIssues,
  ResourceClaim: object => deviceClaimIssues(object, ['spec', 'devices']),
  ResourceClaimTemplate: object => deviceClaimIssues(object, ['spec', 'spec', 'devices']),
  ResourceQuota: quotaIssues,
  Role: roleIssues,
  RoleBinding: bindingIssues,
  RuntimeClass: runtimeClassIssues,
  Service: serviceIssues,
  StatefulSet: function* (object) {
    yield* selectorIssues(object);
    yield* claimTemplateIssues(object);
  },
};

/**
 * What the API server refuses because two fields of an object do not go together (kubernetes/kubernetes@v1.37.2
 * pkg/apis/{core,apps,batch,autoscaling,networking,rbac,resource}/validation/validation.go). Fields that are there are
 * held against each other; what is not there is `missing`, so that a patch is not taken for a broken object.
 */
export function contradictionsIn(object: Readonly<Fields>): CoreIssue[] {
  const kind = plainText(object.kind);
  return [
    ...Object.hasOwn(OF_KIND, kind) ? OF_KIND[kind](object) : [],
    ...podTemplatesOf(object).flatMap(({ path }) => [...podIssues(object, path)]),
  ];
}
