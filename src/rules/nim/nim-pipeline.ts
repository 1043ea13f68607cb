import { canNameService, isSet, ofSpecs } from './nim-check';
import { at, isFields, listOf, textOf } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Rules about NIMPipeline and NIMBuild. */
export const NIM_PIPELINE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-170',
    name: 'pipeline-service-enabled',
    area: 'NIMPipeline',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'services[].enabled must be written; unset means disabled',
    why: 'enabled only when the pointer is set and true; a disabled entry\'s NIMService is deleted',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go reconcileNIMPipeline, '
      + 'cleanupDisabledNIMs',
    check: ofSpecs('NIMPipeline', function* ({ services }) {
      for (const [index, service] of listOf(services).entries()) {
        if (isFields(service) && !isSet(service.enabled)) {
          yield {
            path: ['services', index],
            message: `${nameOf(service, index)} has no enabled, which means disabled: its NIMService is not made, `
              + 'and deleted where it exists',
            fix: 'write enabled: true',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-171',
    name: 'pipeline-service-name',
    area: 'NIMPipeline',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    refusedAtOnce: true,
    sentence: 'services[].name is needed and must be a valid object name',
    why: 'not required by the schema; it is the NIMService name',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go reconcileNIMService; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimpipelines',
    check: ofSpecs('NIMPipeline', function* ({ services }) {
      for (const [index, service] of listOf(services).entries()) {
        const name = at(service, 'name');
        const can = canNameService(shown(name ?? ''));
        if (can !== true) {
          const severity = can === 'perhaps' ? 'warning' as const : undefined;
          yield {
            severity,
            path: ['services', index, ...(isSet(name) ? ['name'] : [])],
            message: `services[${index}] ${isSet(name)
              ? `has the name "${shown(name)}", which cannot be one of a Service`
              : 'has no name'}`,
            fix: 'write a name of lower-case letters, digits and "-", a letter first',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-172',
    name: 'pipeline-repeated-name',
    area: 'NIMPipeline',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    refusedAtOnce: true,
    sentence: 'services[].name must be unique in the pipeline',
    why: 'both entries write the same NIMService and share one enabled flag',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go enabledServices map',
    check: ofSpecs('NIMPipeline', function* ({ services }) {
      const names = listOf(services).map(service => textOf(at(service, 'name')));
      const seen = new Set<string>();
      for (const [index, name] of names.entries()) {
        if (name === undefined) { continue; }
        if (seen.has(name)) {
          yield {
            path: ['services', index, 'name'],
            message: `${name} is in the pipeline twice; both write the same NIMService`,
            fix: 'give each a name of its own',
          };
        }
        seen.add(name);
      }
    }),
  }),
  defineRule({
    id: 'NIM-173',
    name: 'pipeline-foreign-name',
    area: 'NIMPipeline',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    sentence: 'services[].name must not equal a NIMService defined separately in the namespace (or owned by another '
      + 'pipeline)',
    why: 'the entry fails: already exists and is not owned by the NIMPipeline',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go syncResource; '
      + 'NVIDIA/k8s-nim-operator#614',
    *check(model) {
      const owners = new Map<string, string>();
      for (const { document, name, inPipeline } of model.nimServices) {
        if (!inPipeline) { owners.set(`${document.namespace ?? ''}/${name}`, `NIMService ${name}`); }
      }
      for (const { document, path, name, inPipeline } of model.nimServices) {
        if (!inPipeline || name === '') { continue; }
        const key = `${document.namespace ?? ''}/${name}`;
        const owner = owners.get(key);
        if (owner === undefined) {
          owners.set(key, `NIMPipeline ${document.name}`);
        } else if (owner !== `NIMPipeline ${document.name}`) {
          yield {
            document,
            path: [...path.slice(0, -1), 'name'],
            message: `${name} is ${owner.startsWith('NIMService') ? `also ${owner}` : `also a service of ${owner}`} `
              + 'in the same namespace, and the pipeline does not touch what is not its own',
            fix: 'use another name',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'NIM-174',
    name: 'pipeline-edit-ignored',
    area: 'NIMPipeline',
    severity: 'warning',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.pipelineEditsAreLost,
    sentence: 'edits of services[].spec do not reach an existing NIMService',
    why: 'the update writes the live object back; fixed only by deleting the NIMService or using separate NIMServices',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go#L235 with '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/k8sutil/k8sutil.go RetryUpdate (v3.1.0, v3.1.1, v3.1.2 alike)',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# changing an image tag in a pipeline',
    good: '# separate NIMService objects',
  }),
  defineRule({
    id: 'NIM-175',
    name: 'pipeline-dependency',
    area: 'NIMPipeline',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'services[].dependencies[] need name and port; only envName plus envValue reach the pod',
    why: 'CRD required; injection happens only when both are set',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go injectDependencies',
    check: ofSpecs('NIMPipeline', function* ({ services }) {
      for (const [index, service] of listOf(services).entries()) {
        for (const [number, dependency] of listOf(at(service, 'dependencies')).entries()) {
          const missing = ['name', 'port', 'envName', 'envValue'].filter(key => !isSet(at(dependency, key)));
          if (missing.length > 0) {
            yield {
              path: ['services', index, 'dependencies', number],
              message: `the dependency of ${nameOf(service, index)} has no ${missing.join(', ')}; only envName and `
                + 'envValue together reach the pod',
              fix: 'write name, port, envName and envValue',
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-176',
    name: 'pipeline-service-rules',
    area: 'NIMPipeline',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every NIMService rule applies to services[].spec, except the draResources immutability rule',
    why: 'the schema is the NIMService spec; there is no webhook for pipelines, errors surface only on the child '
      + 'objects',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimpipelines CEL on '
      + 'services[].spec',
    notCheckable: 'It is no check of its own: every rule about NIMServices is run on the services of pipelines, and '
      + 'reports under its own id.',
    bad: 'services: [{name: a, enabled: true, spec: {replicas: 1, scale: {enabled: true, hpa: {maxReplicas: 2}}}}]',
    good: 'services: [{name: a, enabled: true, spec: {scale: {enabled: true, hpa: {maxReplicas: 2}}}}]',
  }),
  defineRule({
    id: 'NIM-177',
    name: 'pipeline-removal-deletes',
    area: 'NIMPipeline',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'removing a service from the list deletes its NIMService',
    why: 'owned objects not listed as enabled are deleted',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimpipeline_controller.go cleanupDisabledNIMs',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# dropping an entry by accident',
    good: '# enabled: true kept',
  }),
  defineRule({
    id: 'NIM-180',
    name: 'nim-build-fields',
    area: 'NIMBuild',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.nimBuild,
    sentence: 'nimCache.name and image {repository, tag} are required',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimbuilds required',
    check: ofSpecs('NIMBuild', function* (spec) {
      for (const path of [
        ['nimCache', 'name'],
        ['image', 'repository'],
        ['image', 'tag'],
      ].filter(each => !isSet(at(spec, ...each)) || at(spec, ...each) === '')) {
        yield { path, message: `${path.join('.')} is missing`, fix: `write ${path.join('.')}` };
      }
    }),
  }),
  defineRule({
    id: 'NIM-181',
    name: 'nim-build-immutable',
    area: 'NIMBuild',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.nimBuild,
    sentence: 'spec is immutable',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD '
      + 'nimbuilds CEL self == oldSelf',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# editing a NIMBuild',
    good: '# new NIMBuild',
  }),
  defineRule({
    id: 'NIM-182',
    name: 'admission-webhooks',
    area: 'webhook',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.webhooks,
    sentence: 'the admission webhooks are off by default up to 3.1.2 and on by default on main',
    why: 'Helm value operator.admissionController.enabled; needs cert-manager or a TLS secret, failurePolicy Fail',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/values.yaml#L59',
    notCheckable: 'It says how the operator was installed, which manifests of workloads do not show; '
      + 'the rules hold either way.',
    bad: '# relying on the webhook with 3.1.2 defaults',
    good: 'operator: {admissionController: {enabled: true}}',
  }),
];

function nameOf(service: unknown, index: number): string {
  return textOf(at(service, 'name')) ?? `services[${index}]`;
}
