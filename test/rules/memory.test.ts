import { findingsIn, pod, says } from './lint-text';

/** Llama 3.1 70B: 131 GiB of weights in 16 bit. */
const MODEL = 'meta-llama/Llama-3.1-70B-Instruct';

const on = (product: string, gpus: number, image: string, ...args: string[]) => says(
  pod({ image, args, resources: { limits: { 'nvidia.com/gpu': gpus } } }, { nodeSelector: { 'nvidia.com/gpu.product': product } }))
  .filter(each => each.startsWith('MEM-001'));
const vllm = (gpus: number, ...args: string[]) => on('NVIDIA-H100-80GB-HBM3', gpus, 'vllm/vllm-openai', '--model', MODEL, '--max-model-len', '4096', ...args);

test('a model that does not fit one GPU is an error, and none on as many as share it', () => {
  expect(vllm(1)).toEqual(['MEM-001 error']);
  expect(vllm(4)).toEqual(['MEM-001 error']); // vLLM uses one of them
  for (const flag of ['--tensor-parallel-size', '-tp', '--tensor_parallel_size']) { expect(vllm(4, flag, '4')).toEqual([]); }
});

test('quantized weights count as what they are quantized to', () => {
  expect(vllm(1, '--quantization', 'awq')).toEqual([]);
  expect(vllm(1, '--quantization=fp8', '--kv-cache-dtype', 'fp8', '--max-num-seqs', '1')).toEqual([]);
  expect(on('NVIDIA-L4', 1, 'vllm/vllm-openai', '--model', MODEL, '--quantization', 'awq')).toEqual(['MEM-001 error']);
});

test.each([
  ['layers on other GPUs', ['--pipeline-parallel-size', '4']],
  ['weights in the memory of the host', ['--cpu-offload-gb', '120']],
  ['a number that is filled in later', ['--tensor-parallel-size', '$(TP)']],
  ['a format that is not known', ['--quantization', 'gguf']],
  ['settings in a file', ['--config', '/etc/vllm.yaml']],
])('nothing is said of %s', (_, args) => {
  expect(vllm(4, ...args)).toEqual([]);
});

test('other engines use every GPU that they see', () => {
  expect(on('NVIDIA-H100-80GB-HBM3', 4, 'ghcr.io/huggingface/text-generation-inference:3.0', '--model-id', MODEL)).toEqual([]);
  expect(on('NVIDIA-H100-80GB-HBM3', 4, 'lmsysorg/sglang:latest', '--model-path', MODEL, '--tp', '4')).toEqual([]);
  expect(on('NVIDIA-L4', 1, 'lmsysorg/sglang:latest', '--model-path', MODEL)).toEqual(['MEM-001 error']);
});

test.each(['1.5', '1e300', '-2', '0', 'two'])('%s GPUs or stages are no figure that a rule could fail on', count => {
  const failures = (text: string) => findingsIn(text).filter(({ isFailure }) => isFailure);
  const nim = (gpus: string, stages: string) => [
    'apiVersion: apps.nvidia.com/v1alpha1', 'kind: NIMService', 'metadata: {name: llm, namespace: nim}', 'spec:',
    '  image: {repository: nvcr.io/nim/meta/llama-3.1-8b-instruct, tag: "1.8.4"}',
    `  resources: {limits: {nvidia.com/gpu: ${gpus}}}`, `  multiNode: {parallelism: {pipeline: ${stages}}}`,
    '  nodeSelector: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}', '---', '',
  ].join('\n');
  expect(failures(nim(count, '1') + nim('1', count))).toEqual([]);
  expect(failures(pod({ image: 'vllm/vllm-openai', args: ['--model', MODEL, '-tp', count], resources: { limits: { 'nvidia.com/gpu': count } } },
    { nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' } }))).toEqual([]);
});

describe('a memory limit of the host against the weights that go through it', () => {
  const limited = (memory: string, ...args: string[]) => findingsIn(pod({
    image: 'vllm/vllm-openai:v0.11.0', args: ['--model', MODEL, ...args], resources: { limits: { 'nvidia.com/gpu': 4, memory } },
  })).filter(({ rule }) => rule === 'MEM-005').map(({ severity, message }) => `${severity} ${message}`);

  test('is a note where it is below a quarter of them, whatever the board, on one GPU or spread over four', () => {
    const told = ['info container c: its memory limit is 4.9 GiB, and it loads 131.4 GiB of weights through it'];
    expect(limited('5000Mi', '--tensor-parallel-size', '4')).toEqual(told);
    expect(limited('5000Mi')).toEqual(told);
    expect(limited('32Gi', '--tensor-parallel-size', '4')).toHaveLength(1);
  });

  test('is not told from a quarter on, of quantized weights that are smaller, and where there is none', () => {
    expect(limited('33Gi', '--tensor-parallel-size', '4')).toEqual([]);
    expect(limited('16Gi', '--quantization', 'fp8', '--tensor-parallel-size', '4')).toHaveLength(1);
    expect(limited('17Gi', '--quantization', 'fp8', '--tensor-parallel-size', '4')).toEqual([]);
    expect(says(pod({ image: 'vllm/vllm-openai:v0.11.0', args: ['--model', 'a/b'], resources: { limits: { 'nvidia.com/gpu': 1, 'memory': '1Gi' } } }))).not.toContain('MEM-005 info');
  });
});
