import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

type Fields = Record<string, unknown>;

function object(kind: string, spec: Fields, name = 'models', namespace = 'nim'): Fields {
  return { apiVersion: 'apps.nvidia.com/v1alpha1', kind, metadata: { name, namespace }, spec };
}

function lint(...objects: Fields[]): Finding[] {
  const model = new ClusterModel();
  objects.forEach((each, index) => model.add(new ManifestDocument(each, 'f.yaml', index + 1)));
  return runRules(model);
}

const SLICE = { 'nvidia.com/mig-2g.20gb': 1 };
const SPEC = {
  image: { repository: 'r', tag: 't' },
  authSecret: 's',
  replicas: 2,
  storage: { nimCache: { name: 'models', profile: 'abc' } },
  resources: { limits: SLICE, requests: SLICE },
};
const NGC = { modelPuller: 'p', authSecret: 's' };

describe('a slice without nvidia.com/gpu beside it', () => {
  const severity = (...caches: Fields[]) => lint(object('NIMService', SPEC, 'embed'), ...caches).find(({ rule }) => rule === 'NIM-010')?.severity;

  test.each<[string, string | undefined, Fields[]]>([
    ['may get a second GPU when the cache is not among the manifests', 'warning', []],
    ['gets one from an NGC cache', 'error', [object('NIMCache', { source: { ngc: NGC } })]],
    ['gets one from an NGC cache that holds the profile', 'error', [object('NIMCache', { source: { ngc: { ...NGC, model: { profiles: ['abc'] } } } })]],
    ['gets none for a profile that the cache does not hold, as far as the manifests tell', 'warning', [object('NIMCache', { source: { ngc: { ...NGC, model: { profiles: ['def'] } } } })]],
    ['gets none from a model endpoint', undefined, [object('NIMCache', { source: { ngc: { ...NGC, modelEndpoint: 'https://e' } } })]],
    ['gets none from Hugging Face', undefined, [object('NIMCache', { source: { hf: { modelName: 'm' } } })]],
    ['has no cache when that is in another namespace', 'warning', [object('NIMCache', { source: { ngc: NGC } }, 'models', 'other')]],
  ])('%s: %s', (_, expected, caches) => {
    expect(severity(...caches)).toBe(expected);
  });

  test('is left alone with draResources, and without a profile', () => {
    const found = (spec: Fields) => lint(object('NIMService', { ...SPEC, ...spec })).map(({ rule }) => rule);
    expect(found({ draResources: [{ resourceClaimName: 'c' }] })).not.toContain('NIM-010');
    expect(found({ storage: { nimCache: { name: 'models', profile: '' } } })).not.toContain('NIM-010');
  });
});

test('the rules hold for the services of a pipeline, with the place inside it', () => {
  const pipeline = object('NIMPipeline', { services: [{ name: 'a', enabled: true, spec: SPEC }, { name: 'b', enabled: true, spec: { ...SPEC, authSecret: undefined } }] });
  expect(lint(pipeline).filter(({ rule }) => rule === 'NIM-002').map(({ path }) => path)).toEqual(['spec.services.1.spec.authSecret']);
});

test('many services with one replica are one note', () => {
  const services = Array.from({ length: 8 }, (_, index) => object('NIMService', { ...SPEC, replicas: 1 }, `nim-${index}`));
  expect(lint(...services).filter(({ rule }) => rule === 'NIM-009').map(({ message }) => message))
    .toEqual([expect.stringContaining('(nim-0, nim-1, nim-2, nim-3, nim-4 and 3 more)')]);
});

test.each([
  ['1Gi'], ['0.5'], ['100m'], ['1e3'], ['.5Gi'], ['5.Mi'], [10],
])('a size of %s is a quantity', size => {
  const spec = { ...SPEC, storage: { pvc: { create: true, size, volumeAccessMode: 'ReadWriteMany' } } };
  expect(lint(object('NIMService', spec)).map(({ rule }) => rule)).not.toContain('NIM-042');
});

test.each(['', '50 Gi', '50GiB', 'Gi', '1..5', 'ten'])('a size of "%s" is none', size => {
  const spec = { ...SPEC, storage: { pvc: { create: true, size, volumeAccessMode: 'ReadWriteMany' } } };
  expect(lint(object('NIMService', spec)).map(({ rule }) => rule)).toContain('NIM-042');
});

test('the prefix of a registry mirror does not hide a speech NIM', () => {
  const spec = { ...SPEC, image: { repository: 'mirror.example.com/nim/parakeet-1-1b-ctc-en-us', tag: '1.4.0' } };
  expect(lint(object('NIMService', spec)).map(({ rule }) => rule)).toContain('NIM-055');
});

describe('a node selector', () => {
  const found = (nodeSelector: unknown) => lint(object('NIMService', { ...SPEC, nodeSelector })).map(({ rule }) => rule).filter(rule => rule === 'NIM-030' || rule === 'NIM-031');

  test.each(['', 'gpu', '2024-01-01', 'e2', 'yEs', '${ZONE}', '{{ .Values.zone }}'])('of "%s" is fine', value => {
    expect(found({ 'node-role.kubernetes.io/gpu': value })).toEqual([]);
  });

  test.each([['true', 'NIM-030'], ['8', 'NIM-030'], ['1e3', 'NIM-030'], ['null', 'NIM-031'], ['~', 'NIM-031']])('of "%s" is %s', (value, rule) => {
    expect(found({ pool: value })).toEqual([rule]);
  });

  test.each([[true], [8], [null], [['a']]])('of %j is a matter of the schema', value => {
    expect(found({ pool: value })).toEqual([]);
  });
});

/** The ids of the rules that a NIMService of this spec breaks, among those asked about. */
function broken(spec: Fields, ...asked: string[]): string[] {
  return lint(object('NIMService', spec)).map(({ rule }) => rule).filter(rule => asked.includes(rule));
}

describe('a GPU is stated', () => {
  const cache = (source: Fields) => object('NIMCache', { source });
  const found = (spec: Fields, ...others: Fields[]) => lint(object('NIMService', { ...SPEC, ...spec }, 'embed'), ...others).map(({ rule }) => rule);

  test('by the profile of an NGC cache, which makes the operator add one', () => {
    expect(found({ resources: undefined }, cache({ ngc: NGC }))).not.toContain('NIM-013');
    expect(found({ resources: undefined })).not.toContain('NIM-013');
  });

  test.each<[string, Fields, Fields[]]>([
    ['an empty profile', { resources: undefined, storage: { nimCache: { name: 'models', profile: '' } } }, []],
    ['the profile of a Hugging Face cache', { resources: undefined }, [cache({ hf: { modelName: 'm' } })]],
    ['a zero, which only turns off what the operator adds', { resources: { limits: { 'nvidia.com/gpu': '0' } } }, []],
  ])('not by %s', (_, spec, others) => {
    expect(found(spec, ...others)).toContain('NIM-013');
  });

  test('half-written resources end the operator only where it adds a GPU', () => {
    const half = { resources: { limits: { cpu: '8' } } };
    expect(found(half, cache({ ngc: NGC }))).toContain('NIM-012');
    expect(found(half, cache({ hf: { modelName: 'm' } }))).not.toContain('NIM-012');
    expect(found({ resources: { limits: { cpu: '8' }, requests: '{{ .Values.requests }}' } })).not.toContain('NIM-012');
  });
});

describe('a part of a NIMService', () => {
  const ABSENT = ['NIM-001', 'NIM-002', 'NIM-013', 'NIM-039', 'NIM-041', 'SCH-005'];

  test('is not missing what the whole one has: a Kustomize patch', () => {
    expect(broken({ replicas: 3, nodeSelector: { zone: 'a' } }, ...ABSENT)).toEqual([]);
    expect(broken({ replicas: 0, nodeSelector: { zone: 'true' } }, 'NIM-030')).toEqual(['NIM-030']);
  });

  test('is not missing it when it is marked for server-side apply', () => {
    const part = { ...object('NIMService', { storage: { readOnly: true } }), metadata: { name: 'models', annotations: { 'cdk8s-gpu/form': 'partial' } } };
    expect(lint(part).map(({ rule }) => rule).filter(rule => ABSENT.includes(rule))).toEqual([]);
  });

  test('is not what an empty one is, nor one that has some of it', () => {
    expect(broken({}, 'NIM-001', 'NIM-002', 'NIM-041')).toEqual(expect.arrayContaining(['NIM-001', 'NIM-002', 'NIM-041']));
    expect(broken({ authSecret: 's', storage: {} }, 'NIM-001', 'NIM-041')).toEqual(expect.arrayContaining(['NIM-001', 'NIM-041']));
  });
});

test('a service that its pipeline turns off hurts only by what the CRD refuses', () => {
  const spec = { ...SPEC, storage: {}, scale: { enabled: true, hpa: { maxReplicas: 3 } } };
  const severities = (enabled?: boolean) => Object.fromEntries(lint(object('NIMPipeline', { services: [{ name: 'a', enabled, spec }] }))
    .filter(({ rule }) => ['NIM-004', 'NIM-041'].includes(rule)).map(({ rule, severity }) => [rule, severity]));
  expect(severities(true)).toEqual({ 'NIM-004': 'error', 'NIM-041': 'error' });
  expect(severities(false)).toEqual({ 'NIM-004': 'error', 'NIM-041': 'info' });
});

describe('storage', () => {
  const ONE = ['NIM-040', 'NIM-041', 'NIM-045'];
  const of = (storage: unknown) => broken({ ...SPEC, storage }, ...ONE);

  test.each<[string, unknown]>([
    ['an empty pvc beside a cache, as charts write it', { nimCache: { name: 'c' }, pvc: {}, hostPath: '' }],
    ['a pvc of empty fields', { nimCache: { name: 'c' }, pvc: { name: '', size: '', annotations: {} } }],
    ['an empty cache beside a claim', { nimCache: { name: '', profile: '' }, pvc: { name: 'p' } }],
    ['an emptyDir without a limit', { emptyDir: {} }],
    ['a template', '{{ .Values.storage }}'],
  ])('%s is one source', (_, storage) => {
    expect(of(storage)).toEqual([]);
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['NIM-041']],
    ['empty sources alone', { nimCache: {}, pvc: {} }, ['NIM-041']],
    ['a cache and a claim', { nimCache: { name: 'c' }, pvc: { name: 'p' } }, ['NIM-040']],
    ['a claim that is neither named nor made', { pvc: { create: false } }, ['NIM-045']],
  ])('%s: not one source', (_, storage, rules) => {
    expect(of(storage)).toEqual(rules);
  });

  test.each(['0', '0Gi', '-1Gi', '0.0'])('a claim or shared memory of %s is refused', size => {
    const pvc = { create: true, size, volumeAccessMode: 'ReadWriteMany' };
    expect(broken({ ...SPEC, storage: { pvc, sharedMemorySizeLimit: size } }, 'NIM-042', 'NIM-047')).toEqual(['NIM-042', 'NIM-047']);
  });

  test('of one node under several replicas is found in the cache too', () => {
    const cache = (mode: string) => object('NIMCache', { source: { ngc: NGC }, storage: { pvc: { create: true, size: '50Gi', volumeAccessMode: mode } } });
    const found = (replicas: number, mode: string) => lint(object('NIMService', { ...SPEC, replicas }, 'embed'), cache(mode)).map(({ rule }) => rule);
    expect(found(2, 'ReadWriteOnce')).toContain('NIM-051');
    expect(found(2, 'ReadWriteMany')).not.toContain('NIM-051');
    expect(found(1, 'ReadWriteOnce')).not.toContain('NIM-051');
  });

  test('a cache without a namespace may be in that of the service', () => {
    const cache: Fields = { ...object('NIMCache', { source: { ngc: NGC } }), metadata: { name: 'models' } };
    expect(lint(object('NIMService', SPEC, 'embed'), cache).map(({ rule }) => rule)).not.toContain('NIM-048');
    expect(lint(object('NIMService', SPEC, 'embed'), object('NIMCache', { source: { ngc: NGC } }, 'models', 'other')).map(({ rule }) => rule)).toContain('NIM-048');
  });
});

describe('a start-up probe of a speech NIM', () => {
  const handler = { httpGet: { path: '/v1/health/ready', port: 'api' } };
  const found = (startupProbe: unknown) =>
    broken({ ...SPEC, image: { repository: 'nvcr.io/nim/nvidia/parakeet-1-1b-ctc-en-us', tag: '1.4.0' }, startupProbe }, 'NIM-055', 'NIM-056');

  test.each<[string, unknown, string[]]>([
    ['the default', undefined, ['NIM-055']],
    ['a handler alone, which waits 30 seconds', { probe: handler }, ['NIM-055']],
    ['the default, written out', { probe: { ...handler, initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 120 } }, ['NIM-055']],
    ['an hour', { probe: { ...handler, periodSeconds: 10, failureThreshold: 360 } }, []],
    ['a threshold to be filled in', { probe: { ...handler, failureThreshold: '${PATIENCE}' } }, []],
    ['no handler', { probe: { failureThreshold: 360 } }, ['NIM-056']],
    ['none, whatever stands beside it', { enabled: false, probe: { failureThreshold: 360 } }, []],
  ])('%s', (_, probe, rules) => {
    expect(found(probe)).toEqual(rules);
  });
});

describe('ports', () => {
  const PORTS = ['NIM-060', 'NIM-061', 'NIM-062', 'NIM-063'];
  const found = (service: unknown, env: unknown = []) => broken({ ...SPEC, expose: { service }, env }, ...PORTS);

  test.each<[string, unknown, unknown, string[]]>([
    ['the default port is one of them', { grpcPort: 8000 }, [], ['NIM-063']],
    ['a variable that repeats the port', { port: 9000 }, [{ name: 'NIM_HTTP_API_PORT', value: '9000' }], ['NIM-062']],
    ['a variable that moves the server', { port: 9000 }, [{ name: 'NIM_HTTP_API_PORT', value: '9001' }], ['NIM-060']],
    ['of two variables of a name the last one counts', { port: 9000 }, [{ name: 'NIM_SERVER_PORT', value: '1' }, { name: 'NIM_SERVER_PORT', value: '9000' }], ['NIM-062']],
    ['a variable that another one fills in', { port: 9000 }, [{ name: 'NIM_HTTP_API_PORT', value: '$(PORT)' }], []],
    ['a variable from elsewhere', { port: 9000 }, [{ name: 'NIM_HTTP_API_PORT', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }], []],
    ['a metrics port of its own variable', { port: 8000 }, [{ name: 'NIM_TRITON_METRICS_PORT', value: '8002' }], ['NIM-061']],
  ])('%s', (_, service, env, rules) => {
    expect(found(service, env)).toEqual(rules);
  });
});

test('an autoscaler that is turned off may hold anything that the CRD takes', () => {
  const scale = (enabled: boolean) => broken({ ...SPEC, replicas: undefined, scale: { enabled, hpa: { minReplicas: 4, maxReplicas: 2 } } }, 'NIM-006', 'NIM-007');
  expect(scale(true)).toEqual(['NIM-007']);
  expect(scale(false)).toEqual([]);
});

test.each([null, 7, 'text', [], [null], {}, { a: null }, true])('%j anywhere in a spec makes no rule fail', value => {
  const keys = [
    'image', 'authSecret', 'replicas', 'storage', 'resources', 'expose', 'env', 'nodeSelector', 'labels', 'tolerations', 'startupProbe', 'livenessProbe',
    'scale', 'multiNode', 'draResources', 'proxy', 'podAffinity', 'affinity',
  ];
  for (const key of keys) {
    expect(() => lint(object('NIMService', { ...SPEC, [key]: value }))).not.toThrow();
    for (const inner of Object.keys((SPEC as Fields)[key] as Fields ?? { enabled: 0, hpa: 0, probe: 0, service: 0, pvc: 0, nimCache: 0 })) {
      expect(() => lint(object('NIMService', { ...SPEC, [key]: { [inner]: value } }))).not.toThrow();
    }
  }
});

test.each<[string, Fields, string]>([
  ['a pull secret', { image: { repository: 'r', tag: 't', pullSecrets: ['ngc', '12345'] } }, 'spec.image.pullSecrets.1'],
  ['a claim', { storage: { pvc: { name: '2024' } } }, 'spec.storage.pvc.name'],
  ['a sidecar', { sidecarContainers: [{ name: 'on', image: { repository: 'r', tag: 't' } }] }, 'spec.sidecarContainers.0.name'],
])('the name of %s is printed without quotes', (_, spec, path) => {
  expect(lint(object('NIMService', { ...SPEC, ...spec })).filter(({ rule }) => rule === 'NIM-036').map(finding => finding.path)).toEqual([path]);
});

describe('a speech NIM on a slice', () => {
  const found = (resource: string, selector?: string, repository = 'nvcr.io/nim/nvidia/parakeet-1-1b-ctc-en-us') => broken({
    ...SPEC,
    image: { repository, tag: '1.4.0' },
    env: selector === undefined ? [] : [{ name: 'NIM_TAGS_SELECTOR', value: selector }],
    resources: { limits: { [resource]: 1, 'nvidia.com/gpu': '0' } },
  }, 'NIM-021');

  test.each<[string, string | undefined, string[]]>([
    ['nvidia.com/mig-1g.10gb', 'mode=str', []],
    ['nvidia.com/mig-1g.10gb.me', 'mode=str', []],
    ['nvidia.com/mig-1g.10gb', 'mode=all', ['NIM-021']],
    ['nvidia.com/mig-1g.5gb', 'mode=str', ['NIM-021']],
    ['nvidia.com/mig-1g.10gb', 'mode=never-heard-of', ['NIM-021']],
    ['nvidia.com/mig-2g.20gb', 'mode=never-heard-of', []],
    ['nvidia.com/gpu', 'mode=never-heard-of', []],
  ])('%s, %s', (resource, selector, rules) => {
    expect(found(resource, selector)).toEqual(rules);
  });

  test('is nothing that is known of another model', () => {
    expect(found('nvidia.com/mig-1g.5gb', undefined, 'nvcr.io/nim/meta/llama-3.1-8b-instruct')).toEqual([]);
    expect(found('nvidia.com/mig-1g.5gb', undefined, 'nvcr.io/nim/nvidia/parakeet-of-tomorrow')).toEqual([]);
  });
});
