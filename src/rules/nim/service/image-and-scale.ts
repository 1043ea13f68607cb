import { ClusterModel } from '../../../cluster';
import { at, Fields, isFields, listOf, plainText } from '../../../kubernetes';
import { NIM_OPERATOR } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { defineRule, Rule, RuleFinding } from '../../rule';
import { isSet, ofNimServices, ofWholeNimServices } from '../nim-check';

/** Whether no patch of the release takes a NIMService without authSecret, or an autoscaler that goes down to none. */
function isSurelyOld(model: ClusterModel): boolean {
  return NIM_OPERATOR.lacks('optionalAuthSecret', model.nimOperator);
}

/**
 * Kubernetes scales to none by what is measured outside of the pods alone (k8s.io/api autoscaling/v2
 * HorizontalPodAutoscalerSpec.MinReplicas).
 */
function scalesToZero(hpa: unknown): boolean {
  return listOf(at(hpa, 'metrics')).some(metric => ['External', 'Object'].includes(plainText(at(metric, 'type'))));
}

/** Rules about image, secret, replicas and autoscaling of a NIMService. */
export const NIM_IMAGE_AND_SCALE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-001',
    name: 'nim-image',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'spec.image.repository and spec.image.tag are required and non-empty',
    why: 'CRD requires both keys; the webhook refuses empty strings; the container image is built as repository:tag',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices required; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateImageConfiguration',
    check: ofWholeNimServices(function* ({ image }) {
      for (const key of ['repository', 'tag'].filter(each => !isSet(at(image, each)) || at(image, each) === '')) {
        yield {
          path: ['image', key],
          message: `image.${key} is ${at(image, key) === '' ? 'empty' : 'missing'}; the container image `
            + 'is made of repository:tag',
          fix: `write image.${key}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-002',
    name: 'nim-auth-secret',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: `from NIM Operator ${NIM_OPERATOR.milestones.optionalAuthSecret.begins} on it may be left out: so only for `
      + 'releases before that',
    until: NIM_OPERATOR.milestones.optionalAuthSecret,
    refusedByCrd: true,
    sentence: 'spec.authSecret must be present',
    why: 'required by the CRD up to 3.1.2; optional on main',
    evidence: 'NVIDIA/k8s-nim-operator, CRD nimservices of v3.0.2 and v3.1.2 required [authSecret, image]; of f63f74d7 '
      + 'required [image]',
    check: ofWholeNimServices(function* ({ authSecret }, _, model) {
      if (!isSet(authSecret)) {
        yield {
          ...!isSurelyOld(model) && { severity: 'warning' as const }, // of 3.1 nobody knows the patch
          path: ['authSecret'],
          message: 'authSecret is missing; the CRD requires it up to NIM Operator '
            + `${NIM_OPERATOR.lastBefore('optionalAuthSecret')}`,
          fix: 'name the Secret with the key NGC_API_KEY',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-003',
    name: 'nim-empty-auth-secret',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'spec.authSecret must not be an empty string unless the model is pre-cached (main only)',
    why: 'passes the CRD; refused by the webhook up to 3.1.2, where otherwise a secret reference without a name is '
      + 'rendered; on main no NGC_API_KEY is injected and the webhook only warns',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateAuthSecret; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStandardEnv',
    check: ofNimServices(function* ({ authSecret }) {
      if (authSecret === '') {
        yield {
          path: ['authSecret'],
          message: `authSecret is empty; up to NIM Operator ${NIM_OPERATOR.lastBefore('optionalAuthSecret')} the pod `
            + 'then refers to a Secret without a name',
          fix: 'name the Secret with the key NGC_API_KEY',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-004',
    name: 'replicas-with-scale',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.replicasWithoutDefault,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'spec.replicas must be absent when spec.scale.enabled is true',
    why: 'CEL rule and webhook',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL '
      + '\'spec.replicas cannot be set when spec.scale.enabled is true\'',
    check: ofNimServices(function* (spec) {
      if (isScaled(spec) && isSet(spec.replicas)) {
        yield {
          path: ['replicas'],
          message: `replicas ${shown(spec.replicas)} beside scale.enabled: the API server refuses both together`,
          fix: 'remove replicas; hpa.minReplicas is the least',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-005',
    name: 'scale-with-multi-node',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.multiNode,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'spec.scale.enabled is not true together with spec.multiNode',
    why: 'CEL rule',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL '
      + '\'autoScaling must be nil or disabled when multiNode is set\'',
    check: ofNimServices(function* (spec) {
      if (isScaled(spec) && isSet(spec.multiNode)) {
        yield {
          path: ['scale', 'enabled'],
          message: 'a service over several nodes cannot scale: the API server refuses scale.enabled with multiNode',
          fix: 'set replicas instead',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-006',
    name: 'scale-without-hpa',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byWebhook,
    sentence: 'spec.scale.enabled: true needs spec.scale.hpa with maxReplicas >= 1',
    why: 'webhook refuses an empty hpa; without it the operator renders a HorizontalPodAutoscaler with maxReplicas '
      + '0, which Kubernetes refuses',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateScaleConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go '
      + 'GetHPAParams; NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices hpa '
      + 'required [maxReplicas]',
    check: ofWholeNimServices(function* (spec) {
      const most = at(spec, 'scale', 'hpa', 'maxReplicas');
      if (isScaled(spec) && !(typeof most === 'number' && most >= 1)) {
        yield {
          path: ['scale', 'hpa', 'maxReplicas'],
          message: `scale.enabled with maxReplicas ${isSet(most) ? shown(most) : 'missing'}: the `
            + 'HorizontalPodAutoscaler would have a maximum of 0, which Kubernetes refuses',
          fix: 'give scale.hpa.maxReplicas of at least 1',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-007',
    name: 'hpa-replicas',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: `from NIM Operator ${NIM_OPERATOR.milestones.optionalAuthSecret.begins} on 0 is allowed beside an External or `
      + 'Object metric: so not for those',
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'spec.scale.hpa.minReplicas is 1 or more (1 if absent), or from 3.1.3 on 0 beside an External or '
      + 'Object metric, and not above maxReplicas',
    why: 'CRD minimum; a maximum below the minimum is refused by the autoscaling API',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices minimum 1, '
      + 'default 1',
    check: ofNimServices(function* (spec, _, model) {
      const hpa = at(spec, 'scale', 'hpa');
      const [least, most] = [at(hpa, 'minReplicas'), at(hpa, 'maxReplicas')];
      if (least === 0 && scalesToZero(hpa) && !isSurelyOld(model)) { return; }
      if (typeof least === 'number' && least < 1) {
        yield {
          path: ['scale', 'hpa', 'minReplicas'],
          message: `minReplicas is ${least}; the least that the CRD takes is 1`,
          fix: 'write 1, or leave it out',
        };
      } else if (isScaled(spec) && typeof least === 'number' && typeof most === 'number' && most >= 1 && least > most) {
        yield {
          path: ['scale', 'hpa', 'maxReplicas'],
          message: `maxReplicas ${most} is below minReplicas ${least}, and Kubernetes refuses `
            + 'the HorizontalPodAutoscaler',
          fix: 'raise maxReplicas',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-185',
    name: 'utilization-without-request',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'an autoscaler by CPU or memory utilization needs resources.requests of the same',
    why: 'utilization is a part of what is requested: without a request it is not defined, and '
      + 'the autoscaler does nothing',
    evidence: 'Kubernetes documentation, horizontal pod autoscaling, how does a HorizontalPodAutoscaler work; '
      + 'kubernetes/kubernetes@7fc9c57d pkg/controller/podautoscaler/replica_calculator.go calculateRequests',
    check: ofNimServices(function* (spec) {
      const metrics = isScaled(spec) ? listOf(at(spec, 'scale', 'hpa', 'metrics')) : [];
      for (const [index, metric] of metrics.entries()) {
        const name = plainText(at(metric, 'resource', 'name'));
        const isUtilization = plainText(at(metric, 'resource', 'target', 'type')) === 'Utilization'
          && ['cpu', 'memory'].includes(name);
        // a limit alone is a request too
        if (!isUtilization || ['requests', 'limits'].some(list => isSet(at(spec, 'resources', list, name)))) {
          continue;
        }
        yield {
          path: ['scale', 'hpa', 'metrics', index],
          message: `scales by ${name} utilization, and resources.requests has no ${name}: utilization is not defined`,
          fix: `write resources.requests.${name}, or scale by a metric of the NIM`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-008',
    name: 'zero-replicas-release',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: `from NIM Operator ${NIM_OPERATOR.milestones.zeroReplicas.begins} on it is allowed: so only for releases `
      + 'before that',
    until: NIM_OPERATOR.milestones.zeroReplicas,
    refusedByCrd: true,
    sentence: 'spec.replicas: 0 is not allowed before 3.1.0',
    why: 'CRD minimum 1 in 3.0.x, 0 since 3.1.0',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices v3.0.2 minimum '
      + '1, v3.1.2 minimum 0',
    check: ofNimServices(function* ({ replicas }) {
      if (replicas === 0) {
        yield {
          path: ['replicas'],
          message: `replicas: 0 is refused before NIM Operator ${NIM_OPERATOR.milestones.zeroReplicas.begins}`,
          fix: 'upgrade, or delete the object to stop it',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-009',
    name: 'single-replica-update',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'a NIMService that must not pause has two replicas or more',
    why: 'with one replica the unavailable budget resolves to one pod; there is no field to change the strategy',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/deployment.yaml strategy block',
    *check(model) {
      const single = model.nimServices
        .filter(({ spec, document, disabled }) =>
          !disabled && !document.isPartial && !isScaled(spec) && (spec.replicas ?? 1) === 1);
      if (single.length === 0) { return; }
      const [{ document, path }] = single;
      const names = single.slice(0, 5).map(each => each.name).join(', ')
        + (single.length > 5 ? ` and ${single.length - 5} more` : '');
      const finding: RuleFinding = {
        document,
        path: [...path, 'replicas'],
        message: `one replica (${names}): every update takes the service down while the new pod starts, `
          + 'and no field changes that',
        fix: 'give it two where that matters and the GPUs are there',
      };
      yield finding;
    },
  }),
];

/** Whether the operator makes a HorizontalPodAutoscaler. */
function isScaled({ scale }: Readonly<Fields>): boolean {
  return isFields(scale) && scale.enabled === true;
}
