import { isSet, ofNimServices, ofWholeNimServices } from './nim-check';
import { at, isFields, listOf, Path } from '../../kubernetes';
import { laterNimServiceFields, NIM_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Rules about a NIMService over several nodes, and about its further containers and newer fields. */
export const NIM_MULTI_NODE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-095',
    name: 'multi-node-parallelism',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.multiNode,
    refusedByCrd: true,
    sentence: 'multiNode.parallelism is required; tensor and pipeline >= 1',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD '
      + 'nimservices required, minimum 1',
    check: ofWholeNimServices(function* ({ multiNode }) {
      if (!isFields(multiNode)) { return; }
      if (!isFields(multiNode.parallelism)) {
        yield {
          path: ['multiNode'],
          message: 'multiNode has no parallelism',
          fix: 'write parallelism: {tensor, pipeline}',
        };
      }
      for (const key of ['tensor', 'pipeline']) {
        const count = at(multiNode, 'parallelism', key);
        if (typeof count === 'number' && count < 1) {
          yield {
            path: ['multiNode', 'parallelism', key],
            message: `parallelism.${key} is ${count}; the least is 1`,
            fix: 'write 1 or more',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-096',
    name: 'mpi-and-ray',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.ray,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'multiNode.mpi and multiNode.ray exclude each other',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL \'mpi and '
      + 'ray are mutually exclusive\'',
    check: ofNimServices(function* ({ multiNode }) {
      if (isSet(at(multiNode, 'mpi')) && isSet(at(multiNode, 'ray'))) {
        yield {
          path: ['multiNode', 'ray'],
          message: 'multiNode has mpi and ray; the API server refuses both together',
          fix: 'keep one: ray for NIM 2.x',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-097',
    name: 'compute-domain-name',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.computeDomain,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'multiNode.computeDomain: create: true without name, otherwise a non-empty name',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL on '
      + 'computeDomain',
    check: ofWholeNimServices(function* ({ multiNode }) {
      const domain = at(multiNode, 'computeDomain');
      if (!isFields(domain)) { return; }
      const named = isSet(domain.name) && domain.name !== '';
      if (domain.create === true && isSet(domain.name)) {
        yield {
          path: ['multiNode', 'computeDomain', 'name'],
          message: 'computeDomain.create with a name: the operator names what it creates',
          fix: 'remove name, or create',
        };
      } else if (domain.create !== true && !named) {
        yield {
          path: ['multiNode', 'computeDomain'],
          message: 'computeDomain neither names one nor asks for one',
          fix: 'write name, or create: true',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-098',
    name: 'multi-node-replicas',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.replicasWithoutDefault,
    sentence: 'multiNode without ray has spec.replicas',
    why: 'the MPI host files are generated once per replica; with replicas unset the ConfigMap is empty',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go generateMPIConfigData',
    check: ofWholeNimServices(function* (spec) {
      if (isFields(spec.multiNode) && !isSet(at(spec.multiNode, 'ray')) && !isSet(spec.replicas)) {
        yield {
          path: ['multiNode'],
          message: 'multiNode without ray and without replicas: the MPI host files are written once for '
            + 'each replica, so none is',
          fix: 'write replicas: 1',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-099',
    name: 'multi-node-ignored-field',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.multiNode,
    sentence: 'multiNode ignores affinity, runtimeClassName, command, args, grpcPort and metricsPort',
    why: 'the LeaderWorkerSet template does not print them and opens only port api (and ray)',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/lws.yaml; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'api/apps/v1alpha1/nimservice_types.go GetLWSParams',
    check: ofNimServices(function* (spec) {
      if (!isFields(spec.multiNode)) { return; }
      const ignored: Path[] = [
        ['affinity'],
        ['runtimeClassName'],
        ['command'],
        ['args'],
        ['expose', 'service', 'grpcPort'],
        ['expose', 'service', 'metricsPort'],
      ];
      for (const path of ignored.filter(each => isSet(at(spec, ...each)) && !isEmptyList(at(spec, ...each)))) {
        yield {
          path,
          message: `${path.join('.')} has no effect over several nodes: the LeaderWorkerSet is made without it`,
          fix: 'remove it',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-100',
    name: 'multi-node-immutable',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.multiNode,
    sentence: 'multiNode cannot be changed after creation',
    why: 'webhook on update',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateMultiNodeImmutability',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# editing parallelism',
    good: '# new NIMService',
  }),
  defineRule({
    id: 'NIM-101',
    name: 'multi-node-backend',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.multiNode,
    refusedByCrd: true,
    sentence: 'multiNode.backendType is lws; multiNode.ray.rayPort 1 to 65535',
    why: 'CRD enum and bounds',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices',
    check: ofNimServices(function* ({ multiNode }) {
      const [backend, port] = [at(multiNode, 'backendType'), at(multiNode, 'ray', 'rayPort')];
      if (isSet(backend) && backend !== 'lws') {
        yield {
          path: ['multiNode', 'backendType'],
          message: `backendType "${shown(backend)}" is none`,
          fix: 'write lws',
        };
      }
      if (typeof port === 'number' && (port < 1 || port > 65535)) {
        yield {
          path: ['multiNode', 'ray', 'rayPort'],
          message: `rayPort is ${port}`,
          fix: 'write a port from 1 to 65535',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-102',
    name: 'nim-field-release',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a newer operator has the fields: so only where the release that is given or found is older',
    refusedAtOnce: true,
    sentence: 'fields newer than the target operator: draResources, multiNode, inferencePlatform 3.0.0; affinity, '
      + 'emptyDir 3.0.2; router, initContainers, sidecarContainers, computeDomain 3.1.0; ray 3.1.1; priorityClassName, '
      + 'expose.service.labels 3.1.2; grpcPort, metricsPort, schedulerName, sharedMemorySizeLimit 2.0.1; proxy 2.0.0',
    why: 'older CRDs drop unknown fields without an error',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices field history',
    check: ofNimServices(function* (spec, _, model) {
      const release = model.declaredRelease('nim-operator');
      if (release === undefined) { return; }
      const toldByOther = ['affinity', 'storage.emptyDir']; // NIM-050
      const newer = laterNimServiceFields(release).filter(([path]) =>
        isSet(at(spec, ...path)) && !toldByOther.includes(path.join('.')));
      for (const [path, since] of newer) {
        yield {
          path,
          message: `${path.join('.')} is known from NIM Operator ${since} on; ${release} drops it`,
          fix: `upgrade to ${since}, or remove it`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-103',
    name: 'nim-further-containers',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.furtherContainers,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'initContainers[] and sidecarContainers[] need name and image {repository, tag}; no '
      + 'resources or volumeMounts',
    why: 'CRD; other container fields are dropped',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices',
    check: ofNimServices(function* (spec) {
      for (const list of ['initContainers', 'sidecarContainers']) {
        for (const [index, container] of listOf(spec[list]).entries()) {
          const missing = [['name'], ['image', 'repository'], ['image', 'tag']].filter(path =>
            !isSet(at(container, ...path)));
          if (missing.length > 0) {
            const missed = missing.map(path => path.join('.')).join(', ');
            yield {
              path: [list, index],
              message: `${list}[${index}] has no ${missed}`,
              fix: 'write name and image: {repository, tag}; image is no string here',
            };
          }
          for (const key of ['resources', 'volumeMounts', 'ports'].filter(each => isSet(at(container, each)))) {
            yield {
              path: [list, index, key],
              message: `${key} is no field of ${list} and is dropped`,
              fix: 'remove it',
            };
          }
        }
      }
    }),
  }),
];

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
