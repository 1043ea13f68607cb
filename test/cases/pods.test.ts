import { allFindingsIn, configMap, findingsIn, layouts, node, pod, podWith, says, wholePolicy } from '../rules/lint-text';

const VLLM = { image: 'vllm/vllm-openai:v0.10.2', args: ['--model', 'meta-llama/Llama-3.1-8B-Instruct', '--max-model-len', '8192'] };

const ONE_GPU = { resources: { limits: { 'nvidia.com/gpu': 1 } } };

const object = (value: object) => `${JSON.stringify(value)}\n---\n`;

const deployment = (spec: object, template: object = {}) => object({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'ml' },
  spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, ...spec, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x', ...ONE_GPU }], ...template } } },
});

describe('names of resources', () => {
  test.each([
    ['nvidia.com/gpus', 'nvidia.com/gpu'], ['gpu', 'nvidia.com/gpu'], ['GPUs', 'nvidia.com/gpu'], ['nvidia/gpu', 'nvidia.com/gpu'], ['nvidia.com/GPU', 'nvidia.com/gpu'],
    ['nvidia-gpu', 'nvidia.com/gpu'], ['nvidia.com/mig-1g5gb', 'nvidia.com/mig-1g.5gb'], ['nvidia.com/mig-1g.7gb', 'nvidia.com/mig-1g.6gb'],
    ['nvidia.com/mig-3g.40GB', 'nvidia.com/mig-3g.40gb'], ['nvidia.com/mig-9g.99gb', undefined],
    ['nvidia.com/MIG-1g.10gb', 'nvidia.com/mig-1g.10gb'], ['nvidia.com/gpu-mig-3g.40gb', 'nvidia.com/mig-3g.40gb'], ['nvidia.com/1g.5gb', 'nvidia.com/mig-1g.5gb'],
  ])('%s is nothing that anybody hands out', (written, meant) => {
    const found = findingsIn(podWith({ [written]: 1 })).filter(({ rule }) => rule === 'POD-011');
    expect(found.map(({ severity }) => severity)).toEqual(['warning']);
    if (meant !== undefined) { expect(found[0].fix).toBe(`ask for ${meant}`); }
  });

  test.each([
    'nvidia.com/gpu', 'nvidia.com/gpu.shared', 'nvidia.com/mig-1g.5gb', 'nvidia.com/mig-1g.10gb.me', 'nvidia.com/mig-1g.5gb.shared', 'nvidia.com/mig-2g.47gb', 'amd.com/gpu',
    'nvidia.com/gpumem', 'nvidia.com/gpucores', 'nvidia.com/hostdev', 'nvidia.com/GA102GL_A10', 'rdma/hca_shared', 'gpu.intel.com/i915', 'cpu', 'memory', 'example.com/gpu',
  ])('%s may be right', name => {
    expect(says(podWith({ [name]: 1 })).filter(each => each.startsWith('POD-011'))).toEqual([]);
  });

  test('a name that a DeviceClass or a node has is right, whatever it is', () => {
    const classes = object({ apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'x' }, spec: { extendedResourceName: 'nvidia.com/gpus' } });
    const reporting = object({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status: { allocatable: { 'nvidia.com/mig-9g.99gb': '1' } } });
    const rules = says(`${classes}${reporting}${podWith({ 'nvidia.com/gpus': 1 })}${podWith({ 'nvidia.com/mig-9g.99gb': 1 })}`);
    expect(rules.filter(each => each.startsWith('POD-011'))).toEqual([]);
  });
});

describe('selectors and tolerations', () => {
  test.each([
    ['NVIDIA-A100-SXM4-80GBX', 'NVIDIA-A100-SXM4-80GB'], ['NVIDIA-H100-SXM4-80GB', 'NVIDIA-H100-80GB-HBM3'], ['nvidia-l40s', 'NVIDIA-L40S'], ['NVIDIA-H100-80GB-HMB3', 'NVIDIA-H100-80GB-HBM3'], ['NVIDIA-L4S-SHARED', undefined],
    ['NVIDIA-A900-SXM4-80GB', undefined], ['NVIDIA-GeForce-RTX-4090', undefined], ['NVIDIA-A100-SXM4-80GB-MIG-1g.10gb-SHARED', undefined], ['${PRODUCT}', undefined],
    ['V100', 'Tesla-V100-SXM2-16GB or Tesla-V100-PCIE-16GB or Tesla-V100-SXM2-32GB or Tesla-V100-PCIE-32GB'], ['nvidia-tesla-t4', 'Tesla-T4'], ['l4', 'NVIDIA-L4'], ['A40', undefined],
    ['NVIDIA-RTX-A6000', undefined], ['some-board-of-ours', undefined],
  ])('the product %s', (product, meant) => {
    const found = findingsIn(pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu.product': product } })).filter(({ rule }) => rule === 'POD-012');
    expect(found.map(({ fix }) => fix)).toEqual(meant === undefined ? [] : [`select ${meant}; kubectl get nodes -L nvidia.com/gpu.product shows what yours have`]);
  });

  const required = (values: unknown[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'nvidia.com/gpu.memory', operator: 'Gt', values }] },
          ],
        },
      },
    },
  });

  test.each([
    [{ nodeSelector: { 'nvidia.com/gpu.count': 8 } }], [{ nodeSelector: { 'nvidia.com/gpu.present': true } }], [required([16384])],
    [{ tolerations: [{ key: 'nvidia.com/gpu', operator: 'Equal', value: true, effect: 'NoSchedule' }] }],
  ])('%j has a value that is no string, and the API server refuses it', spec => {
    expect(says(pod(ONE_GPU, spec))).toEqual(['POD-013 error']);
  });

  test.each([
    [{ nodeSelector: { 'nvidia.com/gpu.count': '8' } }], [required(['16384'])], [{ nodeSelector: null, tolerations: null }],
    [{ tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }] }],
  ])('%j is right', spec => {
    expect(says(pod(ONE_GPU, spec))).toEqual([]);
  });

  test('nvidia.com/gpu=present is a taint and no label, unless somebody sets it', () => {
    const selecting = pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu': 'present' } });
    expect(says(selecting)).toEqual(['POD-014 warning']);
    expect(says(selecting + node({ 'nvidia.com/gpu': 'present' }))).toEqual([]);
    expect(says(pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu': 'true' } }))).toEqual([]);
  });

  const tainted = (...taints: object[]) => object({
    apiVersion: 'v1', kind: 'Node', metadata: { name: `n${taints.length}`, labels: { 'nvidia.com/gpu.present': 'true', 'nvidia.com/gpu.product': 'NVIDIA-L40S' } }, spec: { taints },
  });
  const GPU_TAINT = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' };

  test('a pod that tolerates no taint of any node that it selects stays Pending', () => {
    const wrong = pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-L40S' }, tolerations: [{ key: 'nvidia.com/gpu', operator: 'Equal', value: 'present', effect: 'NoSchedule' }] });
    const right = pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-L40S' }, tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }] });
    expect(says(tainted(GPU_TAINT) + wrong)).toEqual(['POD-015 warning']);
    expect(says(tainted(GPU_TAINT) + pod(ONE_GPU))).toEqual(['POD-015 warning']);
    expect(says(tainted(GPU_TAINT) + right)).toEqual([]);
    expect(says(tainted(GPU_TAINT, { key: 'team', value: 'a', effect: 'NoSchedule' }) + right)).toEqual(['POD-015 warning']);
    expect(says(tainted(GPU_TAINT) + tainted() + wrong)).toEqual([]); // one of the nodes takes it
    expect(says(tainted({ ...GPU_TAINT, effect: 'PreferNoSchedule' }) + wrong)).toEqual([]);
    expect(says(tainted({ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }) + wrong)).toEqual([]);
    expect(says(tainted(GPU_TAINT) + pod({ resources: { limits: { 'cpu': 1, 'nvidia.com/gpu': 0 } } }))).toEqual([]);
  });
});

describe('engines', () => {
  const two = { ...VLLM, args: [...VLLM.args, '--tensor-parallel-size', '2'], resources: { limits: { 'nvidia.com/gpu': 2 } } };
  const SHM = { volumeMounts: [{ name: 'shm', mountPath: '/dev/shm' }] };
  const ofServing = (text: string) => says(text).filter(each => /^POD-01[678]|^POD-020/.test(each));

  test('over several GPUs need more than the default shared memory', () => {
    expect(ofServing(pod(two))).toEqual(['POD-016 warning']);
    expect(ofServing(pod({ ...two, ...SHM }))).toEqual([]);
    expect(ofServing(pod(two, { hostIPC: true }))).toEqual([]);
    expect(ofServing(pod({ ...VLLM, ...ONE_GPU }))).toEqual([]);
    expect(ofServing(pod({ ...two, args: [...VLLM.args, '--tensor-parallel-size=$(GPUS)'] }))).toEqual([]);
    const kserve = (predictor: object) => object({ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'i' }, spec: { predictor } });
    expect(ofServing(kserve({ model: { ...two, modelFormat: { name: 'vLLM' }, runtime: 'r', name: '' } }))).toEqual([]); // its runtime may mount it
    expect(findingsIn(kserve({ containers: [{ ...two, name: '' }] })).map(({ message }) => message)).toEqual(['container kserve-container spreads its model over 2 GPUs, and /dev/shm has the default 64 MiB']);
  });

  test('are spread over no more GPUs than they ask for', () => {
    expect(ofServing(pod({ ...two, ...SHM, ...ONE_GPU }))).toEqual(['POD-017 warning']);
    expect(ofServing(pod({ ...two, ...SHM, args: [...two.args, '--pipeline-parallel-size=2'] }))).toEqual(['POD-017 warning']);
    expect(ofServing(pod({ ...two, ...SHM, args: [...two.args, '-pp', '2', '--distributed-executor-backend', 'ray'] }))).toEqual([]);
    expect(ofServing(pod({ ...two, ...SHM }))).toEqual([]);
  });

  const service = (name: string, namespace: string) => object({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: {} });

  test('of vLLM read VLLM_PORT, which a Service vllm of their namespace sets', () => {
    const server = (spec: object = {}, container: object = {}) => deployment({}, { ...spec, containers: [{ name: 'c', ...VLLM, ...ONE_GPU, ...container }] });
    expect(ofServing(service('vllm', 'ml') + server())).toEqual(['POD-018 error']);
    expect(ofServing(service('vllm', 'other') + server())).toEqual([]);
    expect(ofServing(service('vllm-server', 'ml') + server())).toEqual([]);
    expect(ofServing(service('vllm', 'ml') + server({ enableServiceLinks: false }))).toEqual([]);
    expect(ofServing(service('vllm', 'ml') + server({}, { env: [{ name: 'VLLM_PORT', value: '5000' }] }))).toEqual([]);
    expect(ofServing(service('vllm', 'ml') + server({}, { image: 'lmsysorg/sglang:v0.4' }))).toEqual([]);
  });

  test('and others that use GPUs ask for them', () => {
    const none = { resources: { limits: { memory: '8Gi' } } };
    expect(ofServing(pod({ ...VLLM, ...none }, { runtimeClassName: 'nvidia' }))).toEqual(['POD-020 warning']);
    expect(ofServing(pod({ ...VLLM, ...none }, { nodeSelector: { 'nvidia.com/gpu.present': 'true' } }))).toEqual(['POD-020 warning']);
    expect(ofServing(pod({ ...none, env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }] }))).toEqual(['POD-020 warning']);
    expect(ofServing(pod({ ...none, env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' }] }))).toEqual([]);
    expect(ofServing(pod({ ...none, image: 'example.com/nvidia-gpu-exporter:1', env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }] }))).toEqual([]);
    expect(ofServing(pod({ ...VLLM, ...none, image: 'public.ecr.aws/vllm-cpu-release-repo:v0.10' }, { runtimeClassName: 'nvidia' }))).toEqual([]);
    expect(ofServing(pod({ ...VLLM, ...ONE_GPU }, { runtimeClassName: 'nvidia' }))).toEqual([]);
    expect(ofServing(pod({ ...VLLM, resources: { claims: [{ name: 'g' }] } }, { runtimeClassName: 'nvidia', resourceClaims: [{ name: 'g', resourceClaimName: 'x' }] }))).toEqual([]);
    const watcher = object({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'd' },
      spec: {
        template: {
          spec: {
            runtimeClassName: 'nvidia',
            containers: [
              { name: 'dcgm-exporter', image: 'nvcr.io/nvidia/k8s/dcgm-exporter:4', env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' }] },
            ],
          },
        },
      },
    });
    expect(ofServing(watcher)).toEqual([]);
  });
});

describe('rollouts', () => {
  const L4 = node({ 'nvidia.com/gpu.present': 'true', 'nvidia.com/gpu.product': 'NVIDIA-L4', 'nvidia.com/gpu.count': '4' });
  const ofRollout = (...manifests: string[]) => says(manifests.join('')).filter(each => each.startsWith('CAP-'));

  test('end where there is room for a pod more, or an old one goes first', () => {
    expect(ofRollout(L4, deployment({ replicas: 3 }))).toEqual([]);
    expect(ofRollout(L4, deployment({ replicas: 4 }))).toEqual([]); // 25 % of four is one that may go
    expect(ofRollout(L4, deployment({ replicas: 4, strategy: { rollingUpdate: { maxUnavailable: 0 } } }))).toEqual(['CAP-004 warning']);
    expect(ofRollout(L4, deployment({ replicas: 4, strategy: { type: 'Recreate' } }))).toEqual([]);
    expect(ofRollout(L4, deployment({ replicas: 0 }))).toEqual([]);
  });

  test('never end where all GPUs are in use, by whomever', () => {
    const others = object({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 's' }, spec: { replicas: 3, template: { spec: { containers: [{ name: 'c', ...ONE_GPU }] } } } });
    expect(ofRollout(L4, others, deployment({}))).toEqual(['CAP-004 warning']);
    expect(ofRollout(L4, others, deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } }))).toEqual([]);
  });

  test('are not judged where feature discovery says that the GPUs are shared in a way that the manifests do not show', () => {
    const shared = node({ 'nvidia.com/gpu.present': 'true', 'nvidia.com/gpu.product': 'NVIDIA-L4', 'nvidia.com/gpu.count': '1', 'nvidia.com/gpu.replicas': '4' });
    expect(ofRollout(shared, deployment({}))).toEqual([]);
    expect(ofRollout(shared, deployment({ replicas: 2 }))).toEqual([]);
  });
});

describe('memory', () => {
  const big = { image: 'vllm/vllm-openai:v0.10.2', args: ['--model=meta-llama/Llama-3.1-70B-Instruct', '--max-model-len=8192'] };
  const ofMemory = (text: string) => says(text).filter(each => each.startsWith('MEM-'));

  test('of a MIG device is known from its name where no board has one of that name large enough', () => {
    expect(ofMemory(pod({ ...big, resources: { limits: { 'nvidia.com/mig-3g.40gb': 1 } } }))).toEqual(['MEM-001 error']);
    expect(ofMemory(pod({ ...VLLM, resources: { limits: { 'nvidia.com/mig-7g.141gb': 1 } } }))).toEqual([]);
  });

  test('of the only board among the manifests makes a warning, because the cluster may have others', () => {
    expect(ofMemory(node({ 'nvidia.com/gpu.product': 'Tesla-T4' }) + pod({ ...big, ...ONE_GPU }))).toEqual(['MEM-001 warning']);
    expect(ofMemory(node({ 'nvidia.com/gpu.product': 'Tesla-T4' }) + pod({ ...big, ...ONE_GPU }, { nodeSelector: { 'nvidia.com/gpu.product': 'Tesla-T4' } }))).toEqual(['MEM-001 error']);
  });

  test('of a model that is not known is told of engines alone', () => {
    const told = (image: string) => allFindingsIn(pod({ image, ...ONE_GPU })).map(({ rule }) => rule);
    expect(['vllm/vllm-openai:v0.10.2', 'lmsysorg/sglang:v0.4.6', 'nvcr.io/nim/acme/own:1'].map(told)).toEqual([['MEM-004'], ['MEM-004'], ['MEM-004']]);
    expect(['nvcr.io/nvidia/k8s/cuda-sample:vectoradd-cuda12.5.0', 'nvcr.io/nvidia/k8s/dcgm-exporter:4', 'nvcr.io/nvidia/tritonserver:25.01-py3'].map(told)).toEqual([[], ['POD-029'], []]);
  });
});

test('names in place of objects under claims are refused', () => {
  expect(says(pod({ resources: { claims: ['gpu'] } }, { resourceClaims: [{ name: 'gpu', resourceClaimName: 'x' }] })).filter(each => each.startsWith('POD-'))).toEqual(['POD-022 error']);
});

describe('what a container is told', () => {
  const told = (container: object) => says(pod({ ...ONE_GPU, ...container })).filter(each => each.startsWith('POD-023'));

  test.each([[{ env: [{ name: 'A', value: 8 }] }], [{ env: [{ name: 'A', value: true }] }], [{ env: [{ name: true, value: 'x' }] }], [{ args: ['--tp', 2] }], [{ command: ['serve', 0.9] }]])(
    '%j is refused by the API server', container => { expect(told(container)).toEqual(['POD-023 error']); });

  test.each([[{ env: [{ name: 'A', value: '8' }, { name: 'B' }, { name: 'C', value: null }] }], [{ args: null, command: ['serve', '0.9'] }], [{ env: { A: 8 } }]])(
    '%j is taken, or none of our affair', container => { expect(told(container)).toEqual([]); });

  test('is not judged in values, which a chart may put into quotes', () => {
    const values = { controllers: { main: { containers: { app: { image: 'x', env: [{ name: 'A', value: 8 }], resources: { limits: { 'nvidia.com/gpu': 1 } } } } } } };
    const release = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata: { name: 'r' }, spec: { chart: { spec: { chart: 'app-template' } }, values } };
    expect(says(object(release))).toEqual([]);
  });
});

describe('labels of GPU nodes', () => {
  const selecting = (nodeSelector: object) => says(pod(ONE_GPU, { nodeSelector })).filter(each => /^POD-02[45]/.test(each));

  test.each([
    ['nvidia.com/gpu.present', 'yes'], ['nvidia.com/gpu.present', 'True'], ['nvidia.com/mig.capable', '1'], ['nvidia.com/gpu.memory', '80Gi'], ['nvidia.com/gpu.count', 'eight'],
    ['nvidia.com/mig.strategy', 'mix'], ['nvidia.com/gpu-product', 'Tesla-T4'], ['nvidia.com/gpu_memory', '16384'], ['nvidia.com/gpu.produkt', 'Tesla-T4'],
    ['feature.node.kubernetes.io/pci-10de.present', 'yes'],
  ])('%s=%s is on no node', (key, value) => { expect(selecting({ [key]: value })).toEqual(['POD-024 warning']); });

  test.each([
    ['nvidia.com/gpu.present', 'true'], ['nvidia.com/mig.capable', 'false'], ['nvidia.com/gpu.memory', '81920'], ['nvidia.com/gpu.sharing-strategy', 'time-slicing'],
    ['nvidia.com/gpu.deploy.device-plugin', 'false'], ['nvidia.com/gpu-pool', 'a'], ['nvidia.com/cuda.driver-version.major', '580'], ['example.com/gpu.present', 'yes'],
    ['nvidia.com/gpu.memory', '${MEMORY}'], ['nvidia.com/mig-1g.10gb.count', '7'], ['cloud.google.com/gke-accelerator', 'nvidia-l4'],
  ])('%s=%s may be on one', (key, value) => { expect(selecting({ [key]: value })).toEqual([]); });

  test('are right where somebody among the manifests sets them', () => {
    expect(says(pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu.present': 'yes', 'nvidia.com/gpu-product': 'x' } }) + node({ 'nvidia.com/gpu.present': 'yes', 'nvidia.com/gpu-product': 'x' }))).toEqual([]);
  });

  test.each(['NVIDIA H100 NVL', '-a', 'a/b', 'Tesla T4 '])('"%s" cannot be the value of one', value => { expect(selecting({ 'nvidia.com/gpu.product': value })).toEqual(['POD-025 error']); });

  test.each(['', 'a.b-c_d', '<product>', '{{ .Values.product }}', '$(PRODUCT)'])('"%s" can be, or is filled in later', value => {
    expect(selecting({ 'nvidia.com/gpu.product': value })).toEqual([]);
  });
});

describe('a pod without a selector for a config follows the nodes', () => {
  const sharing = (method: string) => `${wholePolicy('mig: {strategy: single}', 'devicePlugin: {config: {name: cfg}}')}${configMap('cfg', { shared: `version: v1\nsharing:\n  ${method}:\n    resources: [{name: nvidia.com/gpu, replicas: 4}]\n` })}`;
  const shared = node({ 'nvidia.com/gpu.product': 'NVIDIA-L40S-SHARED', 'nvidia.com/device-plugin.config': 'shared', 'nvidia.com/gpu.count': '1' });
  const whole = node({ 'nvidia.com/gpu.product': 'NVIDIA-L4', 'nvidia.com/gpu.count': '2' }).replace('"n1"', '"n2"');
  const of = (id: string, ...manifests: string[]) => says(manifests.join('')).filter(each => each.startsWith(id));

  test('to replicas that are handed out one by one', () => {
    const two = podWith({ 'nvidia.com/gpu': 2 });
    expect(of('POD-003', sharing('mps'), shared, two)).toEqual(['POD-003 warning']);
    expect(of('POD-003', sharing('timeSlicing'), shared, two)).toEqual([]);
    expect(of('POD-003', sharing('mps'), shared, whole, two)).toEqual([]);
    expect(of('POD-003', sharing('mps'), shared, podWith({ 'nvidia.com/gpu': 1 }))).toEqual([]);
  });

  test('to the ending of their product label', () => {
    const plain = podWith({ 'nvidia.com/gpu': 1 }, { 'nvidia.com/gpu.product': 'NVIDIA-L40S' });
    expect(of('POD-005', sharing('timeSlicing'), shared, plain)).toEqual(['POD-005 warning']);
    expect(of('POD-005', sharing('timeSlicing'), shared, podWith({ 'nvidia.com/gpu': 1 }, { 'nvidia.com/gpu.product': 'NVIDIA-L40S-SHARED' }))).toEqual([]);
    expect(of('POD-005', sharing('timeSlicing'), shared, node({ 'nvidia.com/gpu.product': 'NVIDIA-L40S' }).replace('"n1"', '"n3"'), plain)).toEqual([]);
    const cut = `${wholePolicy('mig: {strategy: single}', 'migManager: {config: {name: layouts, default: all-disabled}}')}${layouts('small: [{devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}]')}`;
    const ofA100 = podWith({ 'nvidia.com/gpu': 1 }, { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' });
    expect(of('POD-005', cut, node({ 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB-MIG-1g.10gb', 'nvidia.com/mig.config': 'small' }), ofA100)).toEqual(['POD-005 warning']);
  });
});

describe('frameworks that know GPUs by name', () => {
  const group = (resource: string, rayStartParams: object = {}) => object({
    apiVersion: 'ray.io/v1',
    kind: 'RayCluster',
    metadata: { name: 'r' },
    spec: { workerGroupSpecs: [{ groupName: 'w', rayStartParams, template: { spec: { containers: [{ name: 'w', image: 'rayproject/ray', resources: { limits: { [resource]: 1 } } }] } } }] },
  });
  const ofRay = (text: string) => says(text).filter(each => each.startsWith('POD-026'));

  test('Ray counts plain names alone, unless the group says a number', () => {
    expect(ofRay(group('nvidia.com/gpu.shared'))).toEqual(['POD-026 warning']);
    expect(ofRay(group('nvidia.com/mig-1g.10gb.me'))).toEqual(['POD-026 warning']);
    expect(ofRay(group('nvidia.com/gpu.shared', { 'num-gpus': '1' }))).toEqual([]);
    expect(ofRay(group('nvidia.com/gpu.shared', { resources: '{"GPU": 1}' }))).toEqual([]);
    expect(ofRay(group('nvidia.com/mig-1g.10gb') + group('nvidia.com/gpu') + group('amd.com/gpu'))).toEqual([]);
  });

  const served = (model: object, resource = 'nvidia.com/gpu.shared') => says(object({
    apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'i' }, spec: { predictor: { model: { modelFormat: { name: 'huggingface' }, resources: { limits: { [resource]: 1 } }, ...model } } },
  })).filter(each => each.startsWith('POD-027'));

  test('KServe takes the image for the processor beside a renamed one', () => {
    expect(served({})).toEqual(['POD-027 warning']);
    expect(served({}, 'nvidia.com/mig-1g.10gb')).toEqual(['POD-027 info']);
    expect([served({}, 'nvidia.com/gpu'), served({ runtimeVersion: 'v0.15.2-gpu' }), served({ image: 'x' }), served({ modelFormat: { name: 'sklearn' } })]).toEqual([[], [], [], []]);
  });

  test('fractions of KAI and HAMi are for whole GPUs', () => {
    const half = (nodeSelector: object) => deployment({}, { nodeSelector, schedulerName: 'kai-scheduler', containers: [{ name: 'c', image: 'nvcr.io/x' }] }).replace('"labels":{"a":"b"}', '"labels":{"a":"b"},"annotations":{"gpu-fraction":"0.5"}');
    const ofFractions = (text: string) => says(text).filter(each => each.startsWith('POD-028'));
    expect(ofFractions(half({ 'nvidia.com/mig.config': 'all-1g.10gb' }))).toEqual(['POD-028 info']);
    expect(ofFractions(half({}) + node({ 'nvidia.com/gpu.product': 'NVIDIA-H200', 'nvidia.com/mig.config': 'cut' }))).toEqual(['POD-028 info']);
    expect(ofFractions(podWith({ 'nvidia.com/gpu': 1, 'nvidia.com/gpumem': 3000 }, { 'nvidia.com/mig.config': 'cut' }))).toEqual(['POD-028 info']);
    expect(ofFractions(half({}) + half({ 'nvidia.com/mig.config': 'all-disabled' }) + podWith({ 'nvidia.com/gpu': 1 }, { 'nvidia.com/mig.config': 'cut' }))).toEqual([]);
  });
});

test('what watches GPUs takes none', () => {
  const of = (image: string, limits: object) => says(pod({ image, resources: { limits } })).filter(each => each.startsWith('POD-029'));
  expect(of('nvcr.io/nvidia/k8s/dcgm-exporter:4.2', { 'nvidia.com/gpu': 1 })).toEqual(['POD-029 warning']);
  expect(of('utkuozdemir/nvidia_gpu_exporter:1.3', { 'nvidia.com/gpu': 1 })).toEqual(['POD-029 warning']);
  expect([of('nvcr.io/nvidia/k8s/dcgm-exporter:4.2', { 'nvidia.com/gpu': 0 }), of('example.com/my-dcgm-exporter-test:1', { 'nvidia.com/gpu': 1 })]).toEqual([[], []]);
});

test('the load generator in the image of DCGM computes, and asks for its GPU by right', () => {
  const of = (container: object) => says(pod({ image: 'nvcr.io/nvidia/cloud-native/dcgm:4.2.3-1-ubuntu22.04', resources: { limits: { 'nvidia.com/gpu': 1 } }, ...container }))
    .filter(each => each.startsWith('POD-029'));
  expect(of({})).toEqual(['POD-029 warning']);
  expect(of({ command: ['/usr/bin/dcgmproftester12'], args: ['--no-dcgm-validation', '-t 1004', '-d 300'] })).toEqual([]);
  expect(of({ command: ['sh', '-c', 'while true; do dcgmproftester12 -t 1004; done'] })).toEqual([]);
  expect(of({ command: ['nv-hostengine', '-n'] })).toEqual(['POD-029 warning']);
});

test('vLLM for other boards has a build of its own, about which VLLM_PORT says nothing', () => {
  const service = object({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'vllm', namespace: 'ml' }, spec: {} });
  expect(says(service + deployment({}, { containers: [{ name: 'c', image: 'opea/vllm-gaudi:latest', args: ['vllm', 'serve'], resources: { limits: { 'habana.ai/gaudi': 1 } } }] })).filter(each => each.startsWith('POD-018'))).toEqual([]);
});
