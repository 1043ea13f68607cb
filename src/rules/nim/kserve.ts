import { isSet, ofNimServices, SpecFinding } from './nim-check';
import { at, Fields, fieldsOf, Path } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

const DEPLOYMENT_MODE = 'serving.kserve.io/deploymentMode';

const DEPLOYMENT_MODES = ['Standard', 'Knative', 'ModelMesh', 'RawDeployment', 'Serverless'];

/** Rules about a NIMService on KServe. */
export const NIM_KSERVE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-085',
    name: 'inference-platform',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.kserve,
    refusedByCrd: true,
    sentence: 'inferencePlatform is standalone or kserve',
    why: 'CRD enum',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices enum, default '
      + 'standalone',
    check: ofNimServices(function* ({ inferencePlatform }) {
      if (isSet(inferencePlatform) && !['standalone', 'kserve'].includes(shown(inferencePlatform))) {
        yield {
          path: ['inferencePlatform'],
          message: `inferencePlatform "${shown(inferencePlatform)}" is none`,
          fix: 'write standalone or kserve',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-086',
    name: 'kserve-with-multi-node',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byWebhook,
    since: NIM_OPERATOR.milestones.kserve,
    refusedAtOnce: true,
    sentence: 'inferencePlatform kserve excludes multiNode',
    why: 'webhook; the KServe path renders no LeaderWorkerSet',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateKServeConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/controller/platform/kserve/nimservice.go',
    check: ofNimServices(function* ({ inferencePlatform, multiNode }) {
      if (inferencePlatform === 'kserve' && isSet(multiNode)) {
        yield {
          path: ['multiNode'],
          message: 'multiNode has no effect with inferencePlatform kserve',
          fix: 'use standalone',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-087',
    name: 'knative-with-scale',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.kserve,
    sentence: 'KServe in knative (serverless) mode excludes scale.enabled',
    why: 'webhook; the KServe path ignores it in that mode',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateKServeConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go '
      + 'GetInferenceServiceParams',
    check: ofNimServices(function* (spec) {
      if (at(spec, 'scale', 'enabled') === true) {
        yield* notInKnative(spec, ['scale', 'enabled'], 'scale.enabled is ignored');
      }
    }),
  }),
  defineRule({
    id: 'NIM-088',
    name: 'knative-with-ingress',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.kserve,
    sentence: 'KServe in knative mode excludes expose.ingress.enabled, expose.router.ingress and expose.router.gateway',
    why: 'webhook',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateKServeConfiguration',
    check: ofNimServices(function* (spec) {
      const { expose } = spec;
      if (at(expose, 'ingress', 'enabled') === true) {
        yield* notInKnative(spec, ['expose', 'ingress'], 'expose.ingress is refused by the webhook');
      }
      for (const part of ['ingress', 'gateway'].filter(each => isSet(at(expose, 'router', each)))) {
        yield* notInKnative(spec, ['expose', 'router', part], `expose.router.${part} is refused by the webhook`);
      }
    }),
  }),
  defineRule({
    id: 'NIM-089',
    name: 'knative-with-metrics',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.kserve,
    sentence: 'KServe in knative mode excludes metrics.enabled',
    why: 'webhook; the ServiceMonitor is created only in standard mode',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateKServeConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/controller/platform/kserve/nimservice.go reconcileNIMService',
    check: ofNimServices(function* (spec) {
      if (at(spec, 'metrics', 'enabled') === true) {
        yield* notInKnative(spec, ['metrics', 'enabled'], 'no ServiceMonitor is made');
      }
    }),
  }),
  defineRule({
    id: 'NIM-090',
    name: 'deployment-mode',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.kserveDeploymentMode,
    sentence: 'annotation serving.kserve.io/deploymentMode is Standard, Knative, ModelMesh, '
      + 'RawDeployment or Serverless',
    why: 'any other value is an error at reconcile',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/utils/kserve.go getDeploymentMode',
    check: ofNimServices(function* (spec) {
      const mode = deploymentModeOf(spec);
      if (spec.inferencePlatform === 'kserve' && isSet(mode) && !DEPLOYMENT_MODES.includes(shown(mode))) {
        yield {
          path: ['annotations', DEPLOYMENT_MODE],
          message: `deployment mode "${shown(mode)}" is none of KServe's`,
          fix: `write one of ${DEPLOYMENT_MODES.join(', ')}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-091',
    name: 'deployment-mode-annotation',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.webhooks,
    until: NIM_OPERATOR.milestones.kserveDeploymentMode,
    sentence: 'operator 3.0.x webhook reads serving.kserve.org/deploymentMode and treats its absence as serverless',
    why: 'with the webhook on, scale/ingress/metrics are refused even in raw mode unless that annotation is present',
    evidence: 'NVIDIA/k8s-nim-operator@v3.0.2 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateKServeConfiguration',
    check: ofNimServices(function* (spec) {
      const annotations = fieldsOf(spec.annotations);
      if (spec.inferencePlatform === 'kserve'
        && isSet(annotations[DEPLOYMENT_MODE])
        && !isSet(annotations['serving.kserve.org/deploymentMode'])) {
        yield {
          path: ['annotations', DEPLOYMENT_MODE],
          message: 'the webhook of 3.0.x reads serving.kserve.org/deploymentMode, and takes its absence for serverless',
          fix: 'write both annotations, or upgrade',
        };
      }
    }),
  }),
];

/** Releases 3.0.x read the annotation of another domain. */
function deploymentModeOf(spec: Readonly<Fields>): unknown {
  return at(spec, 'annotations', DEPLOYMENT_MODE) ?? at(spec, 'annotations', 'serving.kserve.org/deploymentMode');
}

/** Without the annotation the default of the cluster decides. */
function* notInKnative(spec: Readonly<Fields>, path: Path, what: string): Generator<SpecFinding> {
  const mode = deploymentModeOf(spec);
  if (spec.inferencePlatform !== 'kserve' || (isSet(mode) && !['Knative', 'Serverless'].includes(shown(mode)))) {
    return;
  }
  yield {
    path,
    message: isSet(mode) ? `in ${shown(mode)} mode ${what}` : `${what} where the cluster's default mode is Knative`,
    fix: `remove it, or annotate ${DEPLOYMENT_MODE}: Standard`,
    ...(isSet(mode) && { severity: 'error' as const }),
  };
}
