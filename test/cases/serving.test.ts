import { findingsIn, layouts, node, policy, says, wholePolicy } from '../rules/lint-text';

const object = (value: object) => `${JSON.stringify(value)}\n---\n`;

const rulesOf = (pattern: RegExp, ...manifests: string[]) => says(manifests.join('')).filter(each => pattern.test(each));

describe('a model that KServe spreads over GPUs', () => {
  const spread = ['--tensor-parallel-size=4'];
  const gpus = (count: number) => ({ limits: { 'nvidia.com/gpu': count } });
  const shared = { volumeMounts: [{ name: 'shm', mountPath: '/dev/shm' }] };
  const service = (predictor: object) => object({ apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'i' }, spec: { predictor } });
  const model = (fields: object, rest: object = {}) => service({ ...rest, model: { modelFormat: { name: 'huggingface' }, runtime: 'mine', ...fields } });
  const runtime = (fields: object, kind = 'ServingRuntime', name = 'mine') => object({
    apiVersion: 'serving.kserve.io/v1alpha1', kind, metadata: { name }, spec: { supportedModelFormats: [{ name: 'huggingface' }], containers: [{ name: 'kserve-container', image: 'vllm/vllm-openai:v0.11.0', ...fields }] },
  });
  const of = (...manifests: string[]) => findingsIn(manifests.join('')).filter(({ rule, kind }) => /^POD-01[67]/.test(rule) && kind === 'InferenceService').map(({ rule }) => rule);

  test('in containers of its own needs the GPUs and the shared memory', () => {
    const own = (fields: object) => service({ containers: [{ name: 'kserve-container', image: 'vllm/vllm-openai:v0.11.0', args: spread, ...fields }] });
    expect(of(own({ resources: gpus(1), ...shared }))).toEqual(['POD-017']);
    expect(of(own({ resources: gpus(4) }))).toEqual(['POD-016']);
    expect(of(own({ resources: gpus(4), ...shared }))).toEqual([]);
  });

  test('by arguments of the service needs the GPUs, whatever the runtime is', () => {
    expect(of(model({ args: spread, resources: gpus(2) }))).toEqual(['POD-017']);
    expect(of(model({ args: spread, resources: gpus(4) }))).toEqual([]); // a runtime that is not seen may mount /dev/shm
    expect(of(model({ args: spread }))).toEqual([]);
    expect(of(model({ args: spread, resources: gpus(2) }, { workerSpec: { pipelineParallelSize: 2 } }))).toEqual([]);
  });

  test.each(['ServingRuntime', 'ClusterServingRuntime'])('by arguments of its %s is read with it', kind => {
    expect(of(model({ resources: gpus(1) }), runtime({ args: spread, ...shared }, kind))).toEqual(['POD-017']);
    expect(of(model({ resources: gpus(4) }), runtime({ args: spread }, kind))).toEqual(['POD-016']);
    expect(of(model({ resources: gpus(4) }), runtime({ args: spread, ...shared }, kind))).toEqual([]);
    expect(of(model({ args: ['--tensor-parallel-size', '1'], resources: gpus(1) }), runtime({ args: spread }, kind))).toEqual([]); // its own arguments count
    expect(of(model({ resources: gpus(1) }), runtime({ args: spread }, kind, 'another'))).toEqual([]);
  });
});

describe('a model of KServe in the GPUs of its runtime', () => {
  const runtime = (kind: string, resources: object, fields: object = {}) => object({
    apiVersion: 'serving.kserve.io/v1alpha1', kind, metadata: { name: 'rt' }, spec: { supportedModelFormats: [{ name: 'vLLM' }], containers: [{ name: 'kserve-container', image: 'vllm/vllm-openai:v0.11.0', resources, ...fields }] },
  });
  const service = (fields: object = {}) => object({
    apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 's' }, spec: { predictor: { model: { modelFormat: { name: 'vLLM' }, runtime: 'rt', args: ['--model=meta-llama/Llama-3.1-70B-Instruct', '--max-model-len=8192'], ...fields } } },
  });
  const slice = (profile: string) => ({ limits: { [`nvidia.com/mig-${profile}`]: 1 } });
  const of = (...manifests: string[]) => findingsIn(manifests.join('')).filter(({ rule }) => rule.startsWith('MEM')).map(({ rule, severity, kind }) => `${rule} ${severity} ${kind}`);

  test.each(['ServingRuntime', 'ClusterServingRuntime'])('is judged by the GPUs of its %s', kind => {
    expect(of(runtime(kind, slice('1g.10gb')), service())).toEqual(['MEM-001 error InferenceService']);
    expect(of(runtime(kind, slice('1g.10gb')), service({ args: ['--model=Qwen/Qwen3-0.6B', '--max-model-len=2048'] }))).toEqual([]);
    expect(of(runtime(kind, slice('1g.10gb')))).toEqual([]); // nobody runs it
  });

  test('is judged by its own GPUs where it asks for some, and by the model that the runtime names', () => {
    expect(of(runtime('ServingRuntime', {}, { env: [{ name: 'MODEL_ID', value: 'meta-llama/Llama-3.1-70B-Instruct' }] }), service({ args: ['--max-model-len=8192'], resources: slice('1g.10gb') }))).toEqual(['MEM-001 error InferenceService']);
    expect(of(runtime('ServingRuntime', slice('1g.10gb')), service({ runtime: 'another' }))).toEqual([]);
  });
});

describe('an LLMInferenceService that is spread', () => {
  const of = (spec: object) => rulesOf(/^POD-017/, object({ apiVersion: 'serving.kserve.io/v1alpha1', kind: 'LLMInferenceService', metadata: { name: 'l' }, spec: { model: { uri: 'hf://Qwen/Qwen3-8B' }, ...spec } }));
  const template = (gpus: number | undefined) => ({ containers: [{ name: 'main', ...gpus !== undefined && { resources: { limits: { 'nvidia.com/gpu': gpus } } } }] });

  test('over more GPUs than it asks for is told, for prefill too', () => {
    expect(of({ parallelism: { tensor: 4 }, template: template(2) })).toEqual(['POD-017 warning']);
    expect(of({ template: template(1), prefill: { parallelism: { tensor: 2 }, template: template(1) } })).toEqual(['POD-017 warning']);
  });

  test.each([
    ['over as many as it asks for', { parallelism: { tensor: 4 }, template: template(4) }],
    ['with GPUs that a preset may say', { parallelism: { tensor: 4 }, template: template(undefined) }],
    ['over nodes', { parallelism: { tensor: 8 }, template: template(4), worker: template(4) }],
    ['by data parallelism alone', { parallelism: { data: 4 }, template: template(1) }],
  ])('%s is silent', (_, spec) => { expect(of(spec)).toEqual([]); });
});

describe('the product label under the strategy single', () => {
  const board = 'NVIDIA-A100-SXM4-80GB';
  const pod = (product: string, selector: object = {}) => object({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { nodeSelector: { 'nvidia.com/gpu.product': product, ...selector }, containers: [{ name: 'c', image: 'x', resources: { limits: { 'nvidia.com/gpu': 1 } } }] },
  });
  const cut = (config: string, product: string) => node({ 'nvidia.com/mig.config': config, 'nvidia.com/gpu.product': product });
  const of = (...manifests: string[]) => rulesOf(/^POD-005/, ...manifests);
  const single = 'mig: {strategy: single}';

  test('ends in the profile of a config that NVIDIA ships', () => {
    const nodes = cut('all-1g.10gb', `${board}-MIG-1g.10gb`);
    expect(of(wholePolicy(single), nodes, pod(board))).toEqual(['POD-005 warning']);
    expect(of(policy(single), nodes, pod(board))).toEqual(['POD-005 warning']);
    expect(of(wholePolicy(single), pod(board, { 'nvidia.com/mig.config': 'all-1g.10gb' }))).toEqual(['POD-005 warning']);
    expect(of(wholePolicy(single), cut('all-1g.10gb.me', `${board}-MIG-1g.10gb.me`), pod(`${board}-MIG-1g.10gb.me`))).toEqual([]);
    expect(of(wholePolicy(single), nodes, pod(`${board}-MIG-1g.10gb`))).toEqual([]);
  });

  test('is plain under mixed, on boards without the profile, and where a config has several or none', () => {
    expect(of(wholePolicy('mig: {strategy: mixed}'), cut('all-1g.10gb', board), pod(board))).toEqual([]);
    expect(of(wholePolicy(single), cut('all-1g.5gb', board), pod(board))).toEqual([]);
    expect(of(wholePolicy(single), cut('all-balanced', board), pod(board))).toEqual([]);
    expect(of(wholePolicy(single), cut('all-disabled', board), pod(board))).toEqual([]);
  });

  test('ends in the profile of a config of one\'s own', () => {
    const own = layouts('all-1g.10gb: [{devices: all, mig-enabled: true, mig-devices: {2g.20gb: 3}}]');
    const named = wholePolicy(single, 'migManager: {config: {name: layouts}}');
    expect(findingsIn(own + named + cut('all-1g.10gb', board) .replace(`"${board}"`, `"${board}-MIG-2g.20gb"`) + pod(board)).filter(({ rule }) => rule === 'POD-005').map(({ fix }) => fix))
      .toEqual([`select ${board}-MIG-2g.20gb`]);
  });
});

describe('an update of a Deployment that fills its node', () => {
  const nodes = node({ 'nvidia.com/gpu.product': 'NVIDIA-L4', 'nvidia.com/gpu.count': '4' }) + wholePolicy('mig: {strategy: none}');
  const deployment = (replicas: number, strategy?: object) => object({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      replicas,
      strategy,
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-L4' }, containers: [{ name: 'c', image: 'x', resources: { limits: { 'nvidia.com/gpu': 1 } } }] } },
    },
  });
  const rolling = (maxSurge?: unknown, maxUnavailable?: unknown) => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } });

  test.each<[string, number, object | undefined, boolean]>([
    ['by default stops one of four', 4, undefined, false],
    ['of 0 and 25 % of three stops one, for it must do something', 3, rolling(0), false],
    ['may stop one', 4, rolling(1, 1), false],
    ['that may stop none waits', 4, rolling(1, 0), true],
    ['that may stop a fifth of four waits', 4, rolling('25%', '20%'), true],
    ['that may stop a fifth of four and start none stops one', 4, rolling('0%', '20%'), false],
    ['Recreate', 4, { type: 'Recreate' }, false],
    ['with room for one more', 3, rolling(1, 0), false],
  ])('%s', (_, replicas, strategy, waits) => { expect(rulesOf(/^CAP-004/, nodes, deployment(replicas, strategy))).toEqual(waits ? ['CAP-004 warning'] : []); });
});
