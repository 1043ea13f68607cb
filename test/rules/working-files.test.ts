import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { Versions } from '../../src/releases';
import { Finding, runRules } from '../../src/rules';

function lint(text: string, versions: Versions = {}): Finding[] {
  const model = new ClusterModel(versions);
  for (const document of readManifests(text, 'f.yaml')) { model.add(document as ManifestDocument); }
  return runRules(model);
}

function indented(text: string, by: number): string {
  return text.split('\n').map(line => ' '.repeat(by) + line).join('\n');
}

function object(kind: string, spec: string, name = 'model'): string {
  return `apiVersion: apps.nvidia.com/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: models}\nspec:\n${indented(spec, 2)}\n`;
}

const WHOLE: Record<string, string> = {
  image: 'image: {repository: nvcr.io/nim/meta/llama-3.1-8b-instruct, tag: 1.13.1}',
  authSecret: 'authSecret: ngc-api-secret',
  storage: 'storage: {nimCache: {name: cache}}',
  resources: 'resources: {limits: {nvidia.com/gpu: 1}}',
  expose: 'expose: {service: {port: 8000}}',
};

/** A whole NIMService with some of its fields as the test has them. */
function service(fields: string, name?: string): string {
  const given = new Set(fields.split('\n').map(line => line.split(':')[0]));
  return object('NIMService', [...Object.keys(WHOLE).filter(key => !given.has(key)).map(key => WHOLE[key]), fields].join('\n'), name);
}

function cache(source: string, storage = 'pvc: {create: true, size: 50Gi, volumeAccessMode: ReadWriteMany}'): string {
  return object('NIMCache', `source: {${source}}\nstorage: {${storage}}\nnodeSelector: {kubernetes.io/os: linux}`, 'cache');
}

const rulesOf = (findings: Finding[]) => findings.map(({ rule }) => rule);
const severe = (findings: Finding[]) => findings.filter(({ severity }) => severity !== 'info').map(({ rule, message }) => `${rule}: ${message}`);

describe('a patch says a part of an object, and what it leaves out is no fault', () => {
  test.each([
    'replicas: 2',
    'image: {tag: 1.2.3}',
    'image: {tag: 1.2.3}\nstorage: {pvc: {size: 100Gi}}',
    'authSecret: another',
    'storage: {pvc: {storageClass: fast}}',
    'storage: {nimCache: {profile: abc}}',
    'startupProbe: {probe: {failureThreshold: 360}}',
    'scale: {enabled: true}',
    'metrics: {enabled: true}',
    'expose: {router: {gateway: {name: gateway, namespace: gateways}}}',
    'expose: {router: {gateway: {grpcRoutesEnabled: true}}}',
    'expose: {router: {gateway: {namespace: other}}}',
    'multiNode: {ray: {rayPort: 6380}}',
    'multiNode: {mpi: {mpiStartTimeout: 600}}',
  ])('of a NIMService: %s', spec => {
    expect(severe(lint(object('NIMService', spec)))).toEqual([]);
  });

  test.each([
    'nodeSelector: {pool: cpu}',
    'storage: {pvc: {size: 100Gi}}',
    'storage: {pvc: {storageClass: fast}}',
    'source: {ngc: {model: {profiles: [abc]}}}',
    'source: {ngc: {model: {profiles: [abc]}}}\nstorage: {pvc: {size: 100Gi}}',
  ])('of a NIMCache: %s', spec => {
    expect(severe(lint(object('NIMCache', spec)))).toEqual([]);
  });

  test('what contradicts itself in a patch is one', () => {
    expect(rulesOf(lint(object('NIMService', 'replicas: 1\nscale: {enabled: true, hpa: {maxReplicas: 3}}')))).toContain('NIM-004');
  });

  test.each([
    ['NIMService', 'image: {repository: r, tag: t}\nauthSecret: s', 'NIM-041'],
    ['NIMService', 'image: {repository: r, tag: t}\nstorage: {emptyDir: {}}', 'NIM-002'],
    ['NIMService', 'authSecret: s\nstorage: {emptyDir: {}}', 'NIM-001'],
    ['NIMCache', 'source: {ngc: {modelPuller: i, authSecret: s}}', 'SCH-005'],
    ['NIMCache', 'source: {ngc: {modelPuller: i}}\nstorage: {}', 'NIM-141'],
    ['NIMCache', 'source: {}\nstorage: {pvc: {name: models}}', 'NIM-140'],
  ])('one thing forgotten makes no patch: %s with %s', (kind, spec, rule) => {
    expect(rulesOf(lint(object(kind, spec)))).toContain(rule);
  });
});

describe('what a template fills in is not judged before it is filled in', () => {
  test.each(['"{{ .Values.x }}"', '"${X}"', '"$X"', '"$(X)"', '<your-value>'])('%s', x => {
    const manifests = [
      service(`image: {repository: ${x}, tag: ${x}}\nauthSecret: ${x}\nstorage: {pvc: {create: true, size: ${x}, volumeAccessMode: ${x}}}\nreplicas: ${x}`),
      service(`inferencePlatform: ${x}\nexpose: {service: {port: ${x}}, router: {hostDomainName: ${x}, ingress: {ingressClass: ${x}}}}`, 'routed'),
      service(`inferencePlatform: kserve\nannotations: {serving.kserve.io/deploymentMode: ${x}}`, 'kserve'),
      service(`nodeSelector: {a: ${x}}\nenv: [{name: NIM_HTTP_API_PORT, value: ${x}}, {name: NIM_CACHE_PATH, value: ${x}}]`, 'env'),
      cache(`hf: {endpoint: ${x}, namespace: ${x}, modelName: ${x}, authSecret: ${x}, modelPuller: ${x}, pullSecret: ${x}}`, `pvc: {create: true, size: ${x}, volumeAccessMode: ${x}}`),
      cache(`ngc: {authSecret: ${x}, modelPuller: ${x}, model: {qosProfile: ${x}}}`).replace('name: cache', 'name: other'),
      object('NIMPipeline', `services: [{name: ${x}, enabled: true, spec: {${Object.values(WHOLE).join(', ')}}}]`),
      claim(`[{name: ${x}, exactly: {deviceClassName: ${x}}}]`),
      claim('[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]',
        `config: [{requests: [gpu], opaque: {driver: gpu.nvidia.com, parameters: {apiVersion: resource.nvidia.com/v1beta1, kind: GpuConfig, sharing: {strategy: ${x}, mpsConfig: {defaultPinnedDeviceMemoryLimit: ${x}}}}}}]`)
        .replace('name: claim', 'name: other'),
    ];
    expect(severe(lint(manifests.join('---\n')))).toEqual([]);
  });

  test('also where Helm writes it without quotes', () => {
    const spec = [
      'replicas: {{ .Values.replicas }}',
      'authSecret: {{ .Values.secret | default "ngc" | quote }}',
      'env:',
      '- {{ .Values.first }}',
      '- name: A',
      '  value: {{- .Values.a }}-suffix',
      'image:',
      '  repository: {{ .Values.repository }}',
      '  tag: \'{{ .Values.tag }}\'',
    ].join('\n');
    expect(severe(lint(service(spec)))).toEqual([]);
  });

  test('a file of JSON patch operations is no manifest, and no fault', () => {
    expect([...readManifests('- op: replace\n  path: /spec/replicas\n  value: 2\n', 'patch.yaml')]).toEqual([]);
    expect([...readManifests('- a: b\n', 'list.yaml')]).toHaveLength(1);
  });

  test('a label that must not be there is found whatever its value is', () => {
    expect(rulesOf(lint(service('labels: {app: "{{ .Release.Name }}"}')))).toContain('NIM-034');
  });
});

function claim(requests: string, rest = '', version = 'v1'): string {
  return `apiVersion: resource.k8s.io/${version}\nkind: ResourceClaim\nmetadata: {name: claim, namespace: models}\nspec:\n  devices:\n    requests: ${requests}\n${indented(rest, 4)}\n`;
}

test.each([
  ['asks for the resource of a DeviceClass', 'resources: {limits: {deviceclass.resource.kubernetes.io/gpu.nvidia.com: 1}}'],
  ['asks for a resource of another plugin', 'resources: {limits: {example.com/gpu: 1}}'],
  ['keeps its cache in a folder of the volume', 'env: [{name: NIM_CACHE_PATH, value: /model-store/cache}]'],
  ['has an expression in a block scalar', 'resources: {}\ndraResources:\n- claimCreationSpec:\n    devices:\n    - name: gpu\n      celExpressions:\n      - |\n        device.driver == \'gpu.nvidia.com\''],
])('a NIMService is right that %s', (_, fields) => {
  expect(severe(lint(service(fields)))).toEqual([]);
});

test.each([
  ['true', 'is read as a boolean'],
  ['!(device.driver == "a")', 'begins with !'],
  ['device.driver == "a" # of NVIDIA', 'has " #"'],
  ['has(device.attributes["a"].b) ? true : false', 'a colon before a blank'],
])('%s cannot stand in a template without quotes', (expression, reason) => {
  const device = JSON.stringify({ name: 'gpu', celExpressions: [expression] });
  expect(lint(service(`resources: {}\ndraResources: [{claimCreationSpec: {devices: [${device}]}}]`)).filter(({ rule }) => rule === 'NIM-125').map(({ message }) => message))
    .toEqual([expect.stringContaining(reason)]);
});

test.each(['precision: "", engine: ""', 'qosProfile: ""'])('a NIMCache with empty fields, as charts write them: %s', fields => {
  expect(severe(lint(cache(`ngc: {authSecret: a, modelPuller: i, model: {profiles: [abc], ${fields}}}`)))).toEqual([]);
});

test.each([
  ['localhost,.svc, .cluster.local,10.0.0.0/8,10.1.2.3:8080,[2001:db8::1]:443,[2001:db8::]/32', []],
  ['*.example.com', ['*.example.com']],
  ['fd00::/8', ['fd00::/8']],
  ['a_b', ['a_b']],
])('noProxy of a NIMCache, as the webhook reads it: %s', (noProxy, wrong) => {
  const found = lint(`${cache('ngc: {authSecret: a, modelPuller: i}')}  proxy: {noProxy: "${noProxy}"}\n`).filter(({ rule }) => rule === 'NIM-158');
  expect(found.map(({ message }) => /"(.*)"/.exec(message)![1])).toEqual(wrong);
});

test.each([
  ['pvc: {create: true, size: "0", volumeAccessMode: ReadWriteMany}', '"0"'],
  ['pvc: {create: true, size: 50Gi, volumeAccessMode: RWX}', '"RWX"'],
])('a NIMCache cannot have a claim made of %s', (storage, value) => {
  expect(lint(cache('ngc: {authSecret: a, modelPuller: i}', storage)).filter(({ rule }) => rule === 'NIM-151').map(({ message }) => message)).toEqual([expect.stringContaining(value)]);
});

describe('the host domain of a router', () => {
  const found = (domain: string) => rulesOf(lint(service(`expose: {service: {port: 8000}, router: {hostDomainName: ${domain}, ingress: {ingressClass: nginx}}}`)));

  test.each(['example.com', 'nim.apps.example.com', 'localhost', 'my-cluster.example.com', 'xn--80ak6aa92e.com', 'example.com.'])('may be %s', domain => {
    expect(found(domain)).not.toContain('NIM-072');
  });

  test.each(['Example.COM', '-a.com', 'a_b.com', 'example.123', 'a-b.example.com', '10-0-0-1.nip.io'])('may not be %s', domain => {
    expect(found(domain)).toContain('NIM-072');
  });

  test('is judged at once, also where the pattern of the CRD takes hours', () => {
    const start = process.hrtime.bigint();
    expect(found(`${'a'.repeat(60)}_1`)).toContain('NIM-072');
    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(5);
  });
});

test('a name that the API server makes up is a beginning', () => {
  expect(severe(lint(service('replicas: 2').replace('{name: model', '{generateName: model-')))).toEqual([]);
});

test('a name that begins with a digit is for Kubernetes to say', () => {
  const severity = (name: string) => lint(service('replicas: 2', name)).find(({ rule }) => rule === 'NIM-069')?.severity;
  expect([severity('8b'), severity('8.b')]).toEqual(['warning', 'error']);
});

describe('draResources in the form that the operator writes itself', () => {
  const found = (value: string) => lint(service(`resources: {}\ndraResources: [{claimCreationSpec: {devices: [{name: gpu, capacitySelectors: [{key: memory, op: GreaterThan, value: ${value}}]}]}}]`))
    .filter(({ rule }) => rule === 'NIM-127').map(({ fix }) => fix);

  test.each([
    ['40960Mi', '40Gi'], ['0.5Gi', '512Mi'], ['1024Gi', '1Ti'], ['42949672960', '42949672960'], ['1000M', '1G'], ['"1000000"', '1M'], ['1.5Gi', '1536Mi'],
  ])('%s is written "%s"', (value, canonical) => {
    expect(found(value)).toEqual([`write "${canonical}"`]);
  });

  test.each(['40Gi', '80000Mi', '40G', '1500M', '"42949672960"', '"1e3"'])('%s stays', value => {
    expect(found(value)).toEqual([]);
  });

  test.each(['draResources: []', 'draResources: [{resourceClaimTemplateName: t, requests: []}]'])('has no empty list: %s', fields => {
    expect(rulesOf(lint(service(fields)))).toContain('NIM-127');
  });

  test('is no matter in a pipeline, whose NIMServices the operator writes', () => {
    const pipeline = object('NIMPipeline', `services: [{name: a, enabled: true, spec: {${Object.values(WHOLE).join(', ')}, draResources: []}}]`);
    expect(rulesOf(lint(pipeline))).not.toContain('NIM-127');
  });
});

test.each([
  ['llama-3.1-8b', 'write llama-3-1-8b'], ['8b', 'write b'], ['A'.repeat(70), `write ${'a'.repeat(63)}`],
])('a NIMService that is called %s makes no Service', (name, fix) => {
  expect(lint(service('replicas: 2', name)).filter(({ rule }) => rule === 'NIM-069').map(each => each.fix)).toEqual([fix]);
});

describe('claims', () => {
  test.each([
    ['v1alpha3', '[{name: gpu, deviceClassName: gpu.nvidia.com, allocationMode: ExactCount, count: 2}]'],
    ['v1beta1', '[{name: gpu, deviceClassName: gpu.nvidia.com}]'],
    ['v1beta2', '[{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]'],
  ])('of %s have the shape of their version', (version, requests) => {
    expect(severe(lint(claim(requests, '', version)))).toEqual([]);
  });

  test('have their requests at the place of their kind', () => {
    const requests = { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } }] } };
    const found = (kind: string, spec: unknown) => lint(JSON.stringify({ apiVersion: 'resource.k8s.io/v1', kind, metadata: { name: 'claim' }, spec })).map(({ rule }) => rule);
    expect(found('ResourceClaim', { spec: requests })).toContain('DRA-040');
    expect(found('ResourceClaimTemplate', requests)).toContain('DRA-040');
    expect(found('ResourceClaim', requests)).toEqual([]);
    expect(found('ResourceClaimTemplate', { spec: requests })).toEqual([]);
  });

  test('have the request that a container uses', () => {
    const pod = (request: string) => lint(claim('[{name: gpu, firstAvailable: [{name: small, deviceClassName: mig.nvidia.com}]}]') + '---\n' + JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod', namespace: 'models' },
      spec: { resourceClaims: [{ name: 'device', resourceClaimName: 'claim' }], containers: [{ name: 'main', image: 'i', resources: { claims: [{ name: 'device', request }] } }] },
    })).filter(({ rule }) => rule === 'DRA-050').map(({ severity, message }) => `${severity}: ${message}`);
    expect(pod('gpu')).toEqual([]);
    expect(pod('gpus')).toEqual(['warning: container main uses the request gpus of device, which has gpu: it gets no device']);
  });

  test('with the config of another vendor are no matter of ours', () => {
    const config = (driver: string, apiVersion: string) => claim('[{name: gpu, exactly: {deviceClassName: gpu.example.com}}]',
      `config: [{requests: [gpu], opaque: {driver: ${driver}, parameters: {apiVersion: ${apiVersion}, kind: GpuConfig}}}]`);
    expect(severe(lint(config('gpu.example.com', 'gpu.resource.example.com/v1alpha1')))).toEqual([]);
    expect(rulesOf(lint(config('nvidia.com', 'resource.nvidia.com/v1beta1')))).toContain('DRA-085');
  });

  test.each([
    ['v1', '[{name: gpu, exactly: {}}]'],
    ['v1', '[{name: gpu, exactly: {deviceClassName: ""}}]'],
    ['v1beta1', '[{name: gpu, firstAvailable: [{name: small}]}]'],
  ])('name a class: not so %s with %s', (version, requests) => {
    expect(rulesOf(lint(claim(requests, '', version)))).toContain('DRA-042');
  });
});

test('KServe in raw mode, as NIM Operator 3.0 reads it, scales', () => {
  const spec = 'inferencePlatform: kserve\nannotations: {serving.kserve.org/deploymentMode: RawDeployment}\nscale: {enabled: true, hpa: {maxReplicas: 3}}';
  expect(severe(lint(service(spec), { nimOperator: '3.0.2' }))).toEqual([]);
});

test('a newer field is told of once', () => {
  const found = rulesOf(lint(service('storage: {emptyDir: {}}\naffinity: {nodeAffinity: {}}\npriorityClassName: high'), { nimOperator: '3.0.1' }));
  expect(found.filter(rule => rule === 'NIM-050' || rule === 'NIM-102')).toEqual(['NIM-050', 'NIM-050', 'NIM-102']);
});

test('a cache without a namespace is the one of the name', () => {
  const slice = service('storage: {nimCache: {name: cache, profile: tensorrt_llm}}\nresources: {limits: {nvidia.com/mig-3g.71gb: 1}}');
  const hub = cache('hf: {endpoint: "https://huggingface.co", namespace: meta, modelName: m, authSecret: s, modelPuller: i, pullSecret: p}').replace(', namespace: models', '');
  expect(severe(lint(`${slice}---\n${hub}`))).toEqual([]);
});

test('under a GPUCluster no node has the labels that a required affinity asks for', () => {
  const found = (operator: string) => lint('apiVersion: nvidia.com/v1alpha1\nkind: GPUCluster\nmetadata: {name: gpu-cluster}\nspec: {draDriver: {}}\n---\n'
    + service(`affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: ${operator}}]}]}}}`))
    .filter(({ rule }) => rule === 'DRA-026').map(({ path }) => path.split('.').slice(-2).join('.'));
  expect(found('Exists')).toEqual(['matchExpressions.0']);
  expect(found('DoesNotExist')).toEqual([]);
});

test('gates that exclude each other up to driver 0.5', () => {
  const cluster = 'apiVersion: nvidia.com/v1alpha1\nkind: GPUCluster\nmetadata: {name: gpu-cluster}\nspec: {draDriver: {featureGates: {DynamicMIG: true, NVMLDeviceHealthCheck: true}}}';
  expect(rulesOf(lint(cluster, { draDriver: '0.5.0' }))).toContain('DRA-003');
  expect(rulesOf(lint(cluster))).toContain('DRA-003');
  expect(rulesOf(lint(cluster, { draDriver: '0.6' }))).not.toContain('DRA-003');
});

test.each([
  'featureGates: {NodeFeatureGroupAPI: false}\nmaster: {enable: true}',
  'featureGates: "ServerSideApply=true"\nwebhook: {replicaCount: 1}',
])('the values of another chart are not those of the DRA driver: %s', values => {
  expect(lint(values)).toEqual([]);
});
