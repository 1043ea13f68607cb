import { allFindingsIn, findingsIn, node, pod, podWith, says } from '../rules/lint-text';

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
    ['NVIDIA-A100-SXM4-80GBX', 'NVIDIA-A100-SXM4-80GB'], ['nvidia-l40s', 'NVIDIA-L40S'], ['NVIDIA-H100-80GB-HMB3', 'NVIDIA-H100-80GB-HBM3'], ['NVIDIA-L4S-SHARED', undefined],
    ['NVIDIA-A900-SXM4-80GB', undefined], ['NVIDIA-GeForce-RTX-4090', undefined], ['NVIDIA-A100-SXM4-80GB-MIG-1g.10gb-SHARED', undefined], ['${PRODUCT}', undefined],
  ])('the product %s', (product, meant) => {
    const found = findingsIn(pod(ONE_GPU, { nodeSelector: { 'nvidia.com/gpu.product': product } })).filter(({ rule }) => rule === 'POD-012');
    expect(found.map(({ fix }) => fix)).toEqual(meant === undefined ? [] : [`select ${meant}`]);
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
    expect(['nvcr.io/nvidia/k8s/cuda-sample:vectoradd-cuda12.5.0', 'nvcr.io/nvidia/k8s/dcgm-exporter:4', 'nvcr.io/nvidia/tritonserver:25.01-py3'].map(told)).toEqual([[], [], []]);
  });
});

test('names in place of objects under claims are refused', () => {
  expect(says(pod({ resources: { claims: ['gpu'] } }, { resourceClaims: [{ name: 'gpu', resourceClaimName: 'x' }] })).filter(each => each.startsWith('POD-'))).toEqual(['POD-022 error']);
});
