import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

// Faults that six samples of the operator itself have (k8s-nim-operator config/samples/nim/serving), in manifests of our own: an
// autoscaler beside replicas, standalone, on KServe and with everything else turned on; and a router in the wrong place.

type Fields = Record<string, unknown>;

function errors(spec: Fields, nimOperator?: string): string[] {
  return lint(spec, nimOperator).filter(({ severity }) => severity === 'error').map(({ rule, path }) => `${rule} ${path}`);
}

function lint(spec: Fields, nimOperator?: string): Finding[] {
  const model = new ClusterModel({ nimOperator });
  model.add(new ManifestDocument({
    apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', metadata: { name: 'chat', namespace: 'nim' }, spec: { ...LLM, ...spec },
  }, 'chat.yaml', 1));
  return runRules(model);
}

const LLM = {
  image: { repository: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', tag: '1.13.1', pullPolicy: 'IfNotPresent', pullSecrets: ['ngc'] },
  authSecret: 'ngc-api',
  storage: { nimCache: { name: 'llama', profile: '' } },
  resources: { limits: { 'nvidia.com/gpu': 1 } },
  expose: { service: { type: 'ClusterIP', port: 8000 } },
};
const MULTI_LLM = { image: { repository: 'nvcr.io/nim/nvidia/llm-nim', tag: '1.12' }, storage: { nimCache: { name: 'weights', profile: 'tensorrt_llm' } } };
const SCALE = {
  enabled: true,
  hpa: { minReplicas: 1, maxReplicas: 2, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }] },
};
const METRICS = { enabled: true, serviceMonitor: { additionalLabels: { release: 'prometheus' } } };
const KSERVE = { inferencePlatform: 'kserve', annotations: { 'serving.kserve.io/deploymentMode': 'Standard' } };
const ROUTER = { hostDomainName: 'models.example.com', ingress: { ingressClass: 'nginx' } };

describe('replicas beside an enabled autoscaler', () => {
  test.each<[string, Fields]>([
    ['of one model', {}],
    ['of a multi-LLM image', MULTI_LLM],
    ['of one model, with metrics and limits', { metrics: METRICS, resources: { limits: { 'nvidia.com/gpu': 1, 'cpu': '12' }, requests: { 'nvidia.com/gpu': 1, 'cpu': '4' } } }],
    ['of a multi-LLM image, with metrics', { ...MULTI_LLM, metrics: METRICS }],
    ['on KServe', KSERVE],
  ])('%s is refused, and it is the only error', (_, spec) => {
    expect(errors({ ...spec, scale: SCALE, replicas: 1 })).toEqual(['NIM-004 spec.replicas']);
    expect(errors({ ...spec, scale: SCALE })).toEqual([]);
    expect(errors({ ...spec, replicas: 1, scale: { ...SCALE, enabled: false } })).toEqual([]);
  });

  test('is refused since 3.0.2; before that the CRD itself wrote replicas', () => {
    expect(errors({ scale: SCALE, replicas: 1 }, '3.0.2')).toEqual(['NIM-004 spec.replicas']);
    expect(errors({ scale: SCALE, replicas: 1 }, '3.0.1')).toEqual([]);
  });
});

describe('a router', () => {
  test('under spec is dropped, which the rule says, with the way out, and the schema does not repeat', () => {
    expect(errors({ router: ROUTER })).toEqual(['NIM-077 spec.router']);
    expect(lint({ router: ROUTER }).map(({ rule }) => rule)).not.toContain('SCH-001');
    expect(lint({ router: ROUTER }).find(({ rule }) => rule === 'NIM-077')!.fix).toMatch(/expose/);
  });

  test('under spec.expose is right', () => {
    expect(errors({ expose: { ...LLM.expose, router: ROUTER } })).toEqual([]);
  });
});
