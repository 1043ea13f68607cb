import { at, compareReleases, Fields, fieldsOf, HOST_DOMAIN, isFields, listOf, Path } from '../../kubernetes';
import { shown } from '../../text';
import { Rule } from '../rule';
import { isSet, nimServiceRule, SpecFinding, wholeNimServiceRule } from './nim-rule';
import { NIM_SERVICE_SINCE } from '../../releases';

const DEPLOYMENT_MODE = 'serving.kserve.io/deploymentMode';
const DEPLOYMENT_MODES = ['Standard', 'Knative', 'ModelMesh', 'RawDeployment', 'Serverless'];

/** Rules about what surrounds a NIMService: exposure, metrics, KServe, several nodes, further containers. */
export const NIM_PLATFORM_RULES: Rule[] = [
  nimServiceRule('NIM-070', function* ({ expose }) {
    if (isSet(at(expose, 'router', 'ingress')) && isSet(at(expose, 'router', 'gateway'))) {
      yield { path: ['expose', 'router', 'gateway'], message: 'router has an ingress and a gateway; the API server refuses both together', fix: 'keep one' };
    }
  }),
  wholeNimServiceRule('NIM-071', function* ({ expose }) {
    const router = at(expose, 'router');
    if ((isSet(at(router, 'ingress')) || isSet(at(router, 'gateway'))) && !isSet(at(router, 'hostDomainName'))) {
      yield { path: ['expose', 'router'], message: 'router without hostDomainName: the host would end in a dot', fix: 'write the domain; the host is <name>.<namespace>.<hostDomainName>' };
    }
  }),
  nimServiceRule('NIM-072', function* ({ expose }) {
    const domain = at(expose, 'router', 'hostDomainName');
    if (typeof domain === 'string' && (domain.length < 1 || domain.length > 63 || !HOST_DOMAIN.test(domain))) {
      yield { path: ['expose', 'router', 'hostDomainName'], message: `hostDomainName "${domain}" is no domain that the CRD takes`, fix: 'use lower case, at most 63 characters, a letter at the end, and no label that ends in a hyphen and one character' };
    }
  }),
  wholeNimServiceRule('NIM-073', function* ({ expose }) {
    if (at(expose, 'router', 'gateway', 'grpcRoutesEnabled') === true && !isSet(at(expose, 'service', 'grpcPort'))) {
      yield { path: ['expose', 'router', 'gateway', 'grpcRoutesEnabled'], message: 'grpcRoutesEnabled without expose.service.grpcPort makes a GRPCRoute without rules', fix: 'write grpcPort' };
    }
  }),
  nimServiceRule('NIM-074', function* ({ expose }) {
    if (at(expose, 'ingress', 'enabled') === true && isSet(at(expose, 'router', 'ingress'))) {
      yield { path: ['expose', 'ingress', 'enabled'], message: 'expose.ingress and expose.router.ingress together are refused by the API server', fix: 'keep router' };
    }
  }),
  nimServiceRule('NIM-075', function* ({ expose }) {
    if (at(expose, 'ingress', 'enabled') === true) {
      yield { path: ['expose', 'ingress'], message: 'expose.ingress is deprecated', fix: 'use expose.router' };
    }
  }),
  nimServiceRule('NIM-076', function* ({ expose }) {
    if (at(expose, 'service', 'type') === 'LoadBalancer' && (isSet(at(expose, 'router', 'ingress')) || isSet(at(expose, 'router', 'gateway')))) {
      yield { path: ['expose', 'service', 'type'], message: 'a LoadBalancer beside a router: two ways in', fix: 'use ClusterIP' };
    }
  }),
  nimServiceRule('NIM-077', function* ({ router }) {
    if (isSet(router)) { yield { path: ['router'], message: 'spec.router is no field and is dropped', fix: 'write it under spec.expose' }; }
  }),
  wholeNimServiceRule('NIM-078', function* ({ expose }) {
    for (const [part, keys] of [['ingress', ['ingressClass']], ['gateway', ['name', 'namespace']]] as const) {
      const value = at(expose, 'router', part);
      for (const key of keys.filter(each => isFields(value) && (!isSet(value[each]) || value[each] === ''))) {
        yield { path: ['expose', 'router', part], message: `router.${part} has no ${key}`, fix: `write ${key}` };
      }
    }
  }),
  wholeNimServiceRule('NIM-079', function* ({ expose }) {
    const reference = at(expose, 'router', 'gateway', 'backendRef');
    const isService = isFields(reference) && ['', 'Service', undefined, null].includes(reference.kind as string) && ['', undefined, null].includes(reference.group as string);
    if (isService && !isSet(reference.port)) {
      yield { path: ['expose', 'router', 'gateway', 'backendRef'], message: 'backendRef names a Service without a port', fix: 'write port' };
    }
  }),
  wholeNimServiceRule('NIM-080', function* ({ expose }) {
    const config = at(expose, 'router', 'eppConfig');
    if (!isFields(config)) { return; }
    if (!isSet(config.containerSpec)) { yield { path: ['expose', 'router', 'eppConfig'], message: 'eppConfig has no containerSpec', fix: 'write containerSpec with name and image' }; }
    if (isSet(config.configMapRef) && isSet(config.config)) {
      yield { path: ['expose', 'router', 'eppConfig', 'config'], message: 'eppConfig has configMapRef and config; the API server refuses both together', fix: 'keep one' };
    }
  }),
  wholeNimServiceRule('NIM-081', function* ({ expose }) {
    if (at(expose, 'ingress', 'enabled') === true && !isSet(at(expose, 'ingress', 'spec'))) {
      yield { path: ['expose', 'ingress'], message: 'expose.ingress.enabled without a spec is refused by the webhook of 3.0.x', fix: 'write expose.ingress.spec' };
    }
  }),
  wholeNimServiceRule('NIM-082', function* ({ metrics }) {
    if (at(metrics, 'enabled') === true && Object.keys(fieldsOf(at(metrics, 'serviceMonitor'))).length === 0) {
      yield { path: ['metrics'], message: 'metrics.enabled with an empty serviceMonitor is refused by the webhook', fix: 'give serviceMonitor something, such as the labels that your Prometheus selects by' };
    }
  }),
  nimServiceRule('NIM-085', function* ({ inferencePlatform }) {
    if (isSet(inferencePlatform) && !['standalone', 'kserve'].includes(String(inferencePlatform))) {
      yield { path: ['inferencePlatform'], message: `inferencePlatform "${shown(inferencePlatform)}" is none`, fix: 'write standalone or kserve' };
    }
  }),
  nimServiceRule('NIM-086', function* ({ inferencePlatform, multiNode }) {
    if (inferencePlatform === 'kserve' && isSet(multiNode)) {
      yield { path: ['multiNode'], message: 'multiNode has no effect with inferencePlatform kserve', fix: 'use standalone' };
    }
  }),
  nimServiceRule('NIM-087', function* (spec) {
    if (at(spec, 'scale', 'enabled') === true) { yield* notInKnative(spec, ['scale', 'enabled'], 'scale.enabled is ignored'); }
  }),
  nimServiceRule('NIM-088', function* (spec) {
    const { expose } = spec;
    if (at(expose, 'ingress', 'enabled') === true) { yield* notInKnative(spec, ['expose', 'ingress'], 'expose.ingress is refused by the webhook'); }
    for (const part of ['ingress', 'gateway'].filter(each => isSet(at(expose, 'router', each)))) {
      yield* notInKnative(spec, ['expose', 'router', part], `expose.router.${part} is refused by the webhook`);
    }
  }),
  nimServiceRule('NIM-089', function* (spec) {
    if (at(spec, 'metrics', 'enabled') === true) { yield* notInKnative(spec, ['metrics', 'enabled'], 'no ServiceMonitor is made'); }
  }),
  nimServiceRule('NIM-090', function* (spec) {
    const mode = deploymentModeOf(spec);
    if (spec.inferencePlatform === 'kserve' && isSet(mode) && !DEPLOYMENT_MODES.includes(String(mode))) {
      yield { path: ['annotations', DEPLOYMENT_MODE], message: `deployment mode "${shown(mode)}" is none of KServe's`, fix: `write one of ${DEPLOYMENT_MODES.join(', ')}` };
    }
  }),
  nimServiceRule('NIM-091', function* (spec) {
    const annotations = fieldsOf(spec.annotations);
    if (spec.inferencePlatform === 'kserve' && isSet(annotations[DEPLOYMENT_MODE]) && !isSet(annotations['serving.kserve.org/deploymentMode'])) {
      yield {
        path: ['annotations', DEPLOYMENT_MODE],
        message: 'the webhook of 3.0.x reads serving.kserve.org/deploymentMode, and takes its absence for serverless',
        fix: 'write both annotations, or upgrade',
      };
    }
  }),
  wholeNimServiceRule('NIM-095', function* ({ multiNode }) {
    if (!isFields(multiNode)) { return; }
    if (!isFields(multiNode.parallelism)) {
      yield { path: ['multiNode'], message: 'multiNode has no parallelism', fix: 'write parallelism: {tensor, pipeline}' };
    }
    for (const key of ['tensor', 'pipeline']) {
      const count = at(multiNode, 'parallelism', key);
      if (typeof count === 'number' && count < 1) { yield { path: ['multiNode', 'parallelism', key], message: `parallelism.${key} is ${count}; the least is 1`, fix: 'write 1 or more' }; }
    }
  }),
  nimServiceRule('NIM-096', function* ({ multiNode }) {
    if (isSet(at(multiNode, 'mpi')) && isSet(at(multiNode, 'ray'))) {
      yield { path: ['multiNode', 'ray'], message: 'multiNode has mpi and ray; the API server refuses both together', fix: 'keep one: ray for NIM 2.x' };
    }
  }),
  wholeNimServiceRule('NIM-097', function* ({ multiNode }) {
    const domain = at(multiNode, 'computeDomain');
    if (!isFields(domain)) { return; }
    const named = isSet(domain.name) && domain.name !== '';
    if (domain.create === true && isSet(domain.name)) {
      yield { path: ['multiNode', 'computeDomain', 'name'], message: 'computeDomain.create with a name: the operator names what it creates', fix: 'remove name, or create' };
    } else if (domain.create !== true && !named) {
      yield { path: ['multiNode', 'computeDomain'], message: 'computeDomain neither names one nor asks for one', fix: 'write name, or create: true' };
    }
  }),
  wholeNimServiceRule('NIM-098', function* (spec) {
    if (isFields(spec.multiNode) && !isSet(at(spec.multiNode, 'ray')) && !isSet(spec.replicas)) {
      yield { path: ['multiNode'], message: 'multiNode without ray and without replicas: the MPI host files are written once for each replica, so none is', fix: 'write replicas: 1' };
    }
  }),
  nimServiceRule('NIM-099', function* (spec) {
    if (!isFields(spec.multiNode)) { return; }
    const ignored: Path[] = [['affinity'], ['runtimeClassName'], ['command'], ['args'], ['expose', 'service', 'grpcPort'], ['expose', 'service', 'metricsPort']];
    for (const path of ignored.filter(each => isSet(at(spec, ...each)) && !isEmptyList(at(spec, ...each)))) {
      yield { path, message: `${path.join('.')} has no effect over several nodes: the LeaderWorkerSet is made without it`, fix: 'remove it' };
    }
  }),
  nimServiceRule('NIM-101', function* ({ multiNode }) {
    const [backend, port] = [at(multiNode, 'backendType'), at(multiNode, 'ray', 'rayPort')];
    if (isSet(backend) && backend !== 'lws') { yield { path: ['multiNode', 'backendType'], message: `backendType "${shown(backend)}" is none`, fix: 'write lws' }; }
    if (typeof port === 'number' && (port < 1 || port > 65535)) { yield { path: ['multiNode', 'ray', 'rayPort'], message: `rayPort is ${port}`, fix: 'write a port from 1 to 65535' }; }
  }),
  nimServiceRule('NIM-102', function* (spec, _, model) {
    const release = model.declaredRelease('nim-operator');
    if (release === undefined) { return; }
    const toldByOther = ['affinity', 'storage.emptyDir']; // NIM-050
    const newer = NIM_SERVICE_SINCE.filter(([path, first]) => compareReleases(release, first) < 0 && isSet(at(spec, ...path)) && !toldByOther.includes(path.join('.')));
    for (const [path, since] of newer) {
      yield { path, message: `${path.join('.')} is known from NIM Operator ${since} on; ${release} drops it`, fix: `upgrade to ${since}, or remove it` };
    }
  }),
  nimServiceRule('NIM-103', function* (spec) {
    for (const list of ['initContainers', 'sidecarContainers']) {
      for (const [index, container] of listOf(spec[list]).entries()) {
        const missing = [['name'], ['image', 'repository'], ['image', 'tag']].filter(path => !isSet(at(container, ...path)));
        if (missing.length > 0) {
          const missed = missing.map(path => path.join('.')).join(', ');
          yield { path: [list, index], message: `${list}[${index}] has no ${missed}`, fix: 'write name and image: {repository, tag}; image is no string here' };
        }
        for (const key of ['resources', 'volumeMounts', 'ports'].filter(each => isSet(at(container, each)))) {
          yield { path: [list, index, key], message: `${key} is no field of ${list} and is dropped`, fix: 'remove it' };
        }
      }
    }
  }),
];

/** Releases 3.0.x read the annotation of another domain. */
function deploymentModeOf(spec: Readonly<Fields>): unknown {
  return at(spec, 'annotations', DEPLOYMENT_MODE) ?? at(spec, 'annotations', 'serving.kserve.org/deploymentMode');
}

/** Without the annotation the default of the cluster decides. */
function* notInKnative(spec: Readonly<Fields>, path: Path, what: string): Generator<SpecFinding> {
  const mode = deploymentModeOf(spec);
  if (spec.inferencePlatform !== 'kserve' || (isSet(mode) && !['Knative', 'Serverless'].includes(String(mode)))) { return; }
  yield {
    path,
    message: isSet(mode) ? `in ${shown(mode)} mode ${what}` : `${what} where the cluster's default mode is Knative`,
    fix: `remove it, or annotate ${DEPLOYMENT_MODE}: Standard`,
    ...(isSet(mode) && { severity: 'error' as const }),
  };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
