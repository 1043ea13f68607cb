// What the CEL rules of the operators' CRDs demand, by place, with objects that keep and break each, written by us: the rules themselves are theirs.
// `of` is the place of the CEL rule, `rule` the rule of lint that demands the same; `broken` and `kept` are specs.
'use strict';

const SERVICE = {
  image: { repository: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', tag: '1.13.1' },
  authSecret: 'ngc-api-secret',
  storage: { nimCache: { name: 'models' } },
  resources: { limits: { 'nvidia.com/gpu': 1 } },
};
const PARALLEL = { parallelism: { tensor: 8, pipeline: 2 } };
const SCALED = { enabled: true, hpa: { maxReplicas: 3 } };
const gateway = more => ({ expose: { router: { hostDomainName: 'example.com', gateway: { name: 'gateway', namespace: 'gateways', ...more } } } });
const router = more => ({ expose: { router: { hostDomainName: 'example.com', ...more } } });
const device = more => ({ draResources: [{ claimCreationSpec: { devices: [{ name: 'gpu', ...more }] } }] });
const attribute = { attributeSelectors: [{ key: 'architecture', op: 'Equal', value: { stringValue: 'Hopper' } }] };
const capacity = { capacitySelectors: [{ key: 'memory', op: 'GreaterThan', value: '40Gi' }] };
const expression = { celExpressions: ['device.driver == "gpu.nvidia.com"'] };
const EPP = { containerSpec: { name: 'epp', image: { repository: 'epp', tag: '1.0' } } };

/** CRD nimservices of NIM Operator 3.0.2 and 3.1.2; the CRD nimpipelines has the same of every service in it. */
const OF_A_SERVICE = [
  {
    of: 'spec',
    demand: 'no autoscaling over several nodes',
    rule: 'NIM-005',
    broken: [{ multiNode: PARALLEL, scale: SCALED }, { multiNode: {}, scale: { enabled: true } }],
    kept: [{ multiNode: PARALLEL, replicas: 1, scale: { enabled: false } }, { scale: SCALED }],
  },
  {
    of: 'spec',
    demand: 'no replicas beside autoscaling',
    rule: 'NIM-004',
    broken: [{ replicas: 1, scale: SCALED }, { replicas: 0, scale: SCALED }],
    kept: [{ replicas: 1, scale: { enabled: false } }, { replicas: 2, scale: {} }, { scale: SCALED }],
  },
  {
    of: 'spec',
    demand: 'not both ways to an Ingress (3.1)',
    rule: 'NIM-074',
    broken: [{ expose: { ingress: { enabled: true, spec: {} }, router: { hostDomainName: 'example.com', ingress: { ingressClass: 'nginx' } } } }],
    kept: [{ expose: { ingress: { enabled: false }, router: { hostDomainName: 'example.com', ingress: { ingressClass: 'nginx' } } } }, { expose: { ingress: { enabled: true, spec: {} } } }],
  },
  {
    of: 'spec.expose.router',
    demand: 'an ingress or a gateway (3.1)',
    rule: 'NIM-070',
    broken: [router({ ingress: { ingressClass: 'nginx' }, gateway: { name: 'gateway', namespace: 'gateways' } })],
    kept: [router({ ingress: { ingressClass: 'nginx' } }), gateway({})],
  },
  {
    of: 'spec.expose.router.eppConfig',
    demand: 'a ConfigMap or a config in place (3.1)',
    rule: 'NIM-080',
    broken: [router({ eppConfig: { ...EPP, configMapRef: { name: 'epp', key: 'config' }, config: { plugins: [], schedulingProfiles: [] } } })],
    kept: [router({ eppConfig: { ...EPP, configMapRef: { name: 'epp', key: 'config' } } }), router({ eppConfig: EPP })],
  },
  {
    of: 'spec.expose.router.gateway.backendRef',
    demand: 'a port of a Service (3.1)',
    rule: 'NIM-079',
    broken: [gateway({ backendRef: { name: 'backend' } }), gateway({ backendRef: { name: 'backend', group: '', kind: 'Service' } })],
    kept: [gateway({ backendRef: { name: 'backend', port: 8000 } }), gateway({ backendRef: { name: 'pool', group: 'inference.networking.k8s.io', kind: 'InferencePool' } })],
  },
  {
    of: 'spec.multiNode',
    demand: 'MPI or Ray (3.1.1)',
    rule: 'NIM-096',
    broken: [{ multiNode: { ...PARALLEL, mpi: {}, ray: {} } }],
    kept: [{ replicas: 1, multiNode: { ...PARALLEL, mpi: {} } }, { multiNode: { ...PARALLEL, ray: { rayPort: 6380 } } }],
  },
  {
    of: 'spec.multiNode.computeDomain',
    demand: 'a name, or one that is made (3.1)',
    rule: 'NIM-097',
    broken: [{ create: true, name: 'domain' }, { create: true, name: '' }, { create: false }, { name: '' }, {}].map(computeDomain => ({ replicas: 1, multiNode: { ...PARALLEL, computeDomain } })),
    kept: [{ create: true }, { name: 'domain' }, { create: false, name: 'domain' }].map(computeDomain => ({ replicas: 1, multiNode: { ...PARALLEL, computeDomain } })),
  },
  {
    of: 'spec.draResources[]',
    demand: 'one source of a claim',
    rule: 'NIM-110',
    broken: [{ draResources: [{}] }, { draResources: [{ requests: ['gpu'] }] }, { draResources: [{ resourceClaimName: 'a', resourceClaimTemplateName: 'b' }] }],
    kept: [{ draResources: [{ resourceClaimName: 'a' }] }, { draResources: [{ resourceClaimTemplateName: 'b' }] }, device({})],
  },
  {
    of: 'spec.draResources[].claimCreationSpec.devices[]',
    demand: 'expressions or selectors',
    rule: 'NIM-119',
    broken: [device({ ...expression, ...attribute }), device({ ...expression, ...capacity }), device({ ...attribute, celExpressions: [] }), device({ ...expression, attributeSelectors: [] })],
    kept: [device(expression), device({ ...attribute, ...capacity }), device({})],
  },
];

const NGC = { authSecret: 'ngc-api-secret', modelPuller: 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.13.1' };
const HUB = { authSecret: 'hf', modelPuller: 'nvcr.io/nim/nvidia/llm-nim:1.12', pullSecret: 'ngc', namespace: 'meta' };
const cached = source => ({ source, storage: { pvc: { name: 'models' } }, nodeSelector: { 'kubernetes.io/os': 'linux' } });
const names = (kind, more) => cached({ [kind]: { ...HUB, endpoint: 'https://hub.example.com/v1/hf', ...more } });

const OF_OTHER_KINDS = [
  {
    kind: 'NIMCache',
    of: 'spec.source',
    demand: 'one source',
    rule: 'NIM-140',
    broken: [cached({}), cached({ ngc: NGC, hf: {} }), cached({ ngc: NGC, dataStore: {} })],
    kept: [cached({ ngc: NGC }), cached({ ngc: NGC, hf: null })],
  },
  {
    kind: 'NIMCache',
    of: 'spec.source.ngc',
    demand: 'a model or an endpoint',
    rule: 'NIM-142',
    broken: [cached({ ngc: { ...NGC, model: {}, modelEndpoint: 'https://e' } })],
    kept: [cached({ ngc: { ...NGC, model: {} } }), cached({ ngc: { ...NGC, modelEndpoint: 'https://e' } })],
  },
  ...['hf', 'dataStore'].map(kind => ({
    kind: 'NIMCache',
    of: `spec.source.${kind}`,
    demand: 'a model or a dataset',
    rule: 'NIM-145',
    broken: [names(kind, {}), names(kind, { modelName: 'a', datasetName: 'b' })],
    kept: [names(kind, { modelName: 'a' }), names(kind, { datasetName: 'b' })],
  })),
].map(each => ({ ...each, apiVersion: 'apps.nvidia.com/v1alpha1' })).concat([
  {
    kind: 'NVIDIADriver',
    apiVersion: 'nvidia.com/v1alpha1',
    of: 'spec',
    demand: 'no nodeSelector of the default (26.7)',
    rule: 'DRV-001',
    broken: [{ driverType: 'gpu', default: true, nodeSelector: { pool: 'a' } }],
    kept: [{ driverType: 'gpu', default: true }, { driverType: 'gpu', default: true, nodeSelector: {} }, { driverType: 'gpu', default: false, nodeSelector: { pool: 'a' } }],
  },
]);

/** A GPUCluster has the one name that the operator looks for. */
const OF_A_NAME = {
  kind: 'GPUCluster', apiVersion: 'nvidia.com/v1alpha1', of: '', rule: 'DRA-020',
  spec: { draDriver: { repository: 'nvcr.io/nvidia', image: 'dra-driver-nvidia-gpu', version: 'v0.5.0' } },
  broken: 'gpus', kept: 'gpu-cluster',
};

const NIMS = 'apps.nvidia.com/v1alpha1';
const objectOf = (apiVersion, kind, spec, name = 'model') => ({ apiVersion, kind, metadata: { name, ...apiVersion === NIMS && { namespace: 'models' } }, spec });
const pipelineOf = (spec, enabled = true) => ({ services: [{ name: 'model', enabled, spec }] });

/** Every object of the table: what it is to show, and whether it keeps the rule. */
function* objects() {
  for (const { of, demand, rule, broken, kept } of OF_A_SERVICE) {
    for (const [isKept, specs] of [[false, broken], [true, kept]]) {
      for (const each of specs) {
        const spec = { ...SERVICE, ...each };
        yield { of, demand, rule, isKept, object: objectOf(NIMS, 'NIMService', spec) };
        yield { of, demand, rule, isKept, object: objectOf(NIMS, 'NIMPipeline', pipelineOf(spec)) };
        // the API server asks nobody if it is enabled
        if (!isKept) { yield { of, demand, rule, isKept, object: objectOf(NIMS, 'NIMPipeline', pipelineOf(spec, false)) }; }
      }
    }
  }
  for (const { kind, apiVersion, of, demand, rule, broken, kept } of OF_OTHER_KINDS) {
    for (const [isKept, specs] of [[false, broken], [true, kept]]) {
      for (const spec of specs) { yield { of, demand, rule, isKept, object: objectOf(apiVersion, kind, spec) }; }
    }
  }
  const { kind, apiVersion, of, rule, spec, broken, kept } = OF_A_NAME;
  for (const [isKept, name] of [[false, broken], [true, kept]]) {
    yield { of, demand: 'its one name (26.3)', rule, isKept, object: objectOf(apiVersion, kind, spec, name) };
  }
}

module.exports = { objects, OF_A_NAME, OF_A_SERVICE, OF_OTHER_KINDS };
