import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run } from '../cli/run';
import { configMap, findingsIn, node, pod, says, wholePolicy } from '../rules/lint-text';

const object = (value: object) => `${JSON.stringify(value)}\n---\n`;

describe('a healthy cluster as kubectl prints it', () => {
  const ownerReferences = [{ apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', name: 'cluster-policy', controller: true, uid: 'a' }];
  const config = (metadata: object) => object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nvidia-device-plugin-entrypoint', namespace: 'gpu-operator', ...metadata }, data: { 'entrypoint.sh': 'x' } });

  test('has the ConfigMaps that the operator makes itself', () => {
    expect(says(config({ ownerReferences }))).toEqual([]);
    expect(says(config({}))).toEqual(['MIG-021 warning']);
  });

  test('has labels that mig-manager leaves empty', () => {
    expect(says(node({ 'nvidia.com/gpu.deploy.nvsm': '' }))).toEqual([]);
    expect(says(node({ 'nvidia.com/gpu.deploy.dcgm': '' }))).toEqual(['LBL-001 warning']);
    expect(says(object({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'u', labels: { 'nvidia.com/gpu.deploy.dcgm': '' } } }))).toEqual([]);
  });
});

test.each(['${GPUS}', '$GPUS', '<gpus>', '__GPUS__', 'PLACEHOLDER_GPUS', 'NUM_GPUS', '{{ .Values.gpus }}'])('the placeholder %s is not judged as a number of GPUs', count => {
  expect(says(pod({ resources: { limits: { 'nvidia.com/gpu': count } } }))).toEqual([]);
});

test.each(['500m', 'two', '1.5'])('%s is no number of GPUs', count => {
  expect(says(pod({ resources: { limits: { 'nvidia.com/gpu': count } } }))).toEqual(['POD-010 error']);
});

test('what a test compares a cluster with has a status and no spec, and lacks nothing', () => {
  expect(says(object({ apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' }, status: { state: 'ready' } }))).toEqual([]);
});

test('the operator\'s own files are not told to keep off its names', () => {
  expect(says(configMap('default-gpu-clients', { 'clients.yaml': 'version: v1\n' }).replace('metadata: {', 'metadata: {namespace: FILLED BY THE OPERATOR, '))).toEqual([]);
});

test('a CEL expression that reads an attribute many times has one finding', () => {
  const expression = [0, 2, 4].map(index => `device.attributes['gpu.nvidia.com'].index == ${index}`).join(' || ');
  const claim = object({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'c' },
    spec: { devices: { requests: [{ name: 'g', exactly: { deviceClassName: 'gpu.nvidia.com', selectors: [{ cel: { expression } }] } }] } },
  });
  expect(findingsIn(claim).map(({ rule }) => rule)).toEqual(['DRA-060']);
});

describe('a template that the driver makes for a ComputeDomain', () => {
  const domain = object({ apiVersion: 'resource.nvidia.com/v1beta1', kind: 'ComputeDomain', metadata: { name: 'd', namespace: 'a' }, spec: { numNodes: 2, channel: { resourceClaimTemplate: { name: 'd-channel' } } } });
  const asking = (resourceClaimTemplateName: string) => object({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'a' },
    spec: {
      resourceClaims: [{ name: 'c', resourceClaimTemplateName }], containers: [{ name: 'x', image: 'x', resources: { claims: [{ name: 'c' }] } }],
    },
  });

  test('is there', () => { expect(says(domain + asking('d-channel'))).toEqual([]); });

  test('is named when another is asked for', () => {
    const [found] = findingsIn(domain + asking('d-chanel'));
    expect([found.rule, found.severity, found.message]).toEqual(['REF-006', 'warning', 'no ResourceClaimTemplate d-chanel is among the manifests in namespace a; there is d-channel']);
  });
});

describe('a template whose name is filled in later', () => {
  const template = (name: string) => object({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: { name },
    spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } }] } } },
  });
  const asking = (resourceClaimTemplateName: string) => object({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'a' },
    spec: { resourceClaims: [{ name: 'c', resourceClaimTemplateName }], containers: [{ name: 'x', image: 'x', resources: { claims: [{ name: 'c' }] } }] },
  });

  test.each([
    ['${APP}-gpu', 'plex-gpu'], ['{{ .Release.Name }}-gpu', 'plex-gpu'], ['gpu-$(APP)-claim', 'gpu-x-claim'], ['${NAME}', 'any'], ['a-${B}-c-${D}', 'a-b-c-d'],
  ])('%s may be %s', (name, asked) => { expect(says(template(name) + asking(asked))).toEqual([]); });

  test.each([
    ['${APP}-gpu', 'plex-cpu'], ['gpu-$(APP)-claim', 'cpu-x-claim'], ['aba${X}aba', 'aba'],
  ])('%s may not be %s', (name, asked) => { expect(says(template(name) + asking(asked))).toEqual(['REF-006 warning']); });
});

test('parameters of another API are not judged by the fields of this one, a wrong version and a misspelt group are', () => {
  const claim = (apiVersion: string) => object({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'c' },
    spec: {
      devices: {
        requests: [{ name: 'g', exactly: { deviceClassName: 'gpu.nvidia.com' } }],
        config: [{ opaque: { driver: 'gpu.nvidia.com', parameters: { apiVersion, kind: 'GpuClaimParameters', count: 1 } } }],
      },
    },
  });
  expect(says(claim('gpu.resource.nvidia.com/v1alpha1'))).toEqual([]);
  expect(says(claim('resource.nvidia.com/v1alpha1'))).toEqual(['DRA-070 error']);
  expect(says(claim('gpu.nvidia.com/v1'))).toEqual(['DRA-070 error']);
});

test('the default config of a device plugin that is switched off is not looked for', () => {
  const config = object({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg', namespace: 'gpu-operator' }, data: { a: 'version: v1\n' } });
  const plugin = (enabled: boolean) => wholePolicy(`devicePlugin: {enabled: ${enabled}, config: {name: cfg, default: gone}}`);
  const ofDefault = (text: string) => says(text).filter(each => each.startsWith('DP-013'));
  expect(ofDefault(plugin(true) + config)).toEqual(['DP-013 error']);
  expect(ofDefault(plugin(false) + config)).toEqual([]);
});

describe('what stands where a server asks for no key', () => {
  const variable = (name: string, value: string) => says(pod({ env: [{ name, value }], resources: { limits: { 'nvidia.com/gpu': 1 } } }));

  test.each([
    'sk-no-key-required', 'no-key', 'no_api_key', 'not-needed', 'none', 'EMPTY', 'n/a', 'ollama', 'lm-studio', 'dummy-key', 'sk-dummy', 'hf_your_token_here', 'hf_xxx', 'nvapi-***',
    `hf_${'x'.repeat(34)}`, `nvapi-${'X'.repeat(64)}`,
  ])('%s is no secret', value => { expect(variable('OPENAI_API_KEY', value)).toEqual([]); });

  test.each(['nobody9', 'sk-nokeyatall1', 'notsosecret1', 'n0-key', `hf_${'aB3dE5gH7jK9'.repeat(3)}`])('%s may be one', value => {
    expect(variable('OPENAI_API_KEY', value)).toEqual(['SEC-001 warning']);
  });
});

test('a file of the GPU Operator, to which its code adds volumes, is not judged as a whole pod', () => {
  const daemonSet = (namespace: string) => object({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'driver', namespace },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: {
        metadata: { labels: { app: 'd' } },
        spec: { containers: [{ name: 'c', image: 'x', resources: { limits: { 'nvidia.com/gpu': 1 } }, volumeMounts: [{ name: 'shared', mountPath: '/a' }] }] },
      },
    },
  });
  expect(says(daemonSet('FILLED BY THE OPERATOR')).filter(each => each.startsWith('SCH'))).toEqual([]);
  expect(says(daemonSet('gpu-operator')).filter(each => each.startsWith('SCH'))).toEqual(['SCH-009 error']);
});

describe('files in folders', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'silence-'));
  afterAll(() => { fs.rmSync(root, { recursive: true }); });
  const written = (files: Record<string, string>) => {
    const folder = fs.mkdtempSync(path.join(root, 'f-'));
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    return folder;
  };
  const rules = async (folder: string) => {
    const { out } = await run('lint', '--format', 'json', folder);
    return (JSON.parse(out) as { findings: { rule: string; severity: string }[] }).findings.map(({ rule, severity }) => `${rule} ${severity}`);
  };
  const both = {
    'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n',
    'a.yaml': wholePolicy(),
    'b.yaml': 'apiVersion: nvidia.com/v1alpha1\nkind: GPUCluster\nmetadata: {name: gpu-cluster}\n',
  };
  const under = (folder: string) => Object.fromEntries(Object.entries(both).map(([name, text]) => [`${folder}/${name}`, text]));

  test('that the Operator SDK keeps as samples of each kind are no cluster, although a Kustomization lists them', async () => {
    expect((await rules(written(under('config/samples')))).filter(each => each.startsWith('DRA-021'))).toEqual(['DRA-021 info']);
    expect((await rules(written(under('config/prod')))).filter(each => each.startsWith('DRA-021'))).toEqual(['DRA-021 error']);
  });

  const named = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: x}\nspec: {containers: [{name: c, image: x, resources: {limits: {nvidia.com/gpu: 1}}}]}\n`;

  test('of which each Kustomization takes another beside the one that both take are alternatives', async () => {
    const files = { 'v/shared.yaml': named('s'), 'v/one.yaml': named('p'), 'v/two.yaml': named('p'), 'a/kustomization.yaml': 'resources: [../v/shared.yaml, ../v/one.yaml]\n' };
    expect(await rules(written({ ...files, 'b/kustomization.yaml': 'resources: [../v/shared.yaml, ../v/two.yaml]\n' }))).toEqual([]);
    expect(await rules(written({ ...files, 'b/kustomization.yaml': 'resources: [../v/shared.yaml]\n' }))).toEqual(['IDN-001 info']);
    expect(await rules(written({ ...files, 'b/kustomization.yaml': 'resources: [../v/one.yaml, ../v/two.yaml]\n' }))).toEqual(['IDN-001 warning']);
  });

  test('of which two Kustomizations generate ConfigMaps of one name make one each', async () => {
    const generator = (file: string) => `configMapGenerator: [{name: c, namespace: n, files: [config.yaml=${file}, a=${file}]}]\n`;
    const config = 'version: v1\nsharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 2}]}}\n';
    const base = { 'base/kustomization.yaml': 'configMapGenerator: [{name: c, namespace: n, files: [config.yaml]}]\n', 'base/config.yaml': config };
    const ofIdentity = async (files: Record<string, string>) => (await rules(written(files))).filter(each => each.startsWith('IDN'));
    expect(await ofIdentity({ ...base, 'over/kustomization.yaml': generator('../base/config.yaml') })).toEqual([]);
    expect(await ofIdentity({ ...base, 'over/kustomization.yaml': `resources: [../base]\n${generator('../base/config.yaml')}` })).toEqual(['IDN-001 warning']);
  });

  test('that a chart has for templates and what it renders to beside it are alternatives, whatever applies the folder', async () => {
    const app = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: deploy, directory: {recurse: true}}}\n';
    const files = { 'app.yaml': app, 'deploy/bundle/all.yaml': named('p'), 'deploy/chart/templates/p.yaml': named('p') };
    expect(await rules(written({ ...files, 'deploy/chart/Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 0.1.0\n' }))).toEqual([]);
    expect(await rules(written(files))).toEqual(['IDN-001 warning']);
  });

  test('with a Namespace that Kustomize gives its name to are of several namespaces', async () => {
    const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
    const of = (name: string) => written({
      'kustomization.yaml': 'resources: [a, b]\n', 'a/kustomization.yaml': 'namespace: a\nresources: [n.yaml]\n', 'b/kustomization.yaml': 'namespace: b\nresources: [n.yaml]\n', 'a/n.yaml': namespace(name), 'b/n.yaml': namespace(name),
    });
    expect(await rules(of('_'))).toEqual([]);
    expect(await rules(of('real'))).toEqual([]);
    const unset = { 'kustomization.yaml': 'resources: [a, b]\n', 'a/kustomization.yaml': 'resources: [n.yaml]\n', 'b/kustomization.yaml': 'resources: [n.yaml]\n' };
    expect(await rules(written({ ...unset, 'a/n.yaml': namespace('real'), 'b/n.yaml': namespace('real') }))).toEqual(['IDN-001 warning']);
  });

  test('that are not there, or are no manifests, are told, so that a wrong path does not pass for a clean one', async () => {
    const { out, code } = await run('lint', written({ 'README.md': 'x' }));
    expect(out).toContain('nothing read  there is no *.yaml, *.yml or *.json here that lint reads, so nothing was checked');
    expect(code).toBe(0);
  });
});

test('the pods that share nothing are named by kind and name', () => {
  const template = object({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    metadata: { name: 't', namespace: 'a' },
    spec: {
      spec: {
        devices: {
          requests: [{ name: 'g', exactly: { deviceClassName: 'gpu.nvidia.com' } }],
          config: [{ opaque: { driver: 'gpu.nvidia.com', parameters: { apiVersion: 'resource.nvidia.com/v1beta1', kind: 'GpuConfig', sharing: { strategy: 'TimeSlicing' } } } }],
        },
      },
    },
  });
  const user = (name: string) => object({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'a' }, spec: { resourceClaims: [{ name: 'g', resourceClaimTemplateName: 't' }], containers: [{ name: 'c', image: 'x', resources: { claims: [{ name: 'g' }] } }] } });
  const found = findingsIn(template + user('pod') + user('pod-2')).find(({ rule }) => rule === 'DRA-051');
  expect(found?.message).toBe('each pod gets a claim and a device of its own from a template, and Pod pod, Pod pod-2 have one container a pod: nobody shares');
});
