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

  test.each<[string, string, Fields[]]>([
    ['may get a second GPU when the cache is not among the manifests', 'warning', []],
    ['gets one from an NGC cache', 'error', [object('NIMCache', { source: { ngc: NGC } })]],
    ['gets none from a model endpoint', 'info', [object('NIMCache', { source: { ngc: { ...NGC, modelEndpoint: 'https://e' } } })]],
    ['gets none from Hugging Face', 'info', [object('NIMCache', { source: { hf: { modelName: 'm' } } })]],
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
