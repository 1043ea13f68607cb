import { batchDefaults, graphs, interconnectOf, nonTorch, runnerOf, tokensInFlight } from '../../src/fit/engines/vllm';
import { VLLM_FIGURES } from '../../src/fit/engines/vllm-figures';
import { RunnerModel, vllmRelease } from '../../src/fit/engines/vllm-releases';
import { Gpu } from '../../src/hardware';

const GIB = 2 ** 30;
const model = (type: string, more: Partial<RunnerModel> = {}): RunnerModel => ({ type, isMoe: false, isQuantized: false, isHybrid: false, ...more });
const MODELS = {
  'qwen3': model('qwen3'),
  'qwen3 fp8': model('qwen3', { isQuantized: true }),
  'llama': model('llama'),
  'llama fp8': model('llama', { isQuantized: true }),
  'gemma': model('gemma3'),
  'qwen2_moe': model('qwen2_moe', { isMoe: true }),
  'deepseek_v2': model('deepseek_v2', { isMoe: true }),
  'deepseek_v3': model('deepseek_v3', { isMoe: true }),
  'qwen3_moe': model('qwen3_moe', { isMoe: true }),
  'mamba': model('nemotron_h', { isHybrid: true }),
};

describe('the second model runner', () => {
  // use_v2_model_runner of config/vllm.py in the wheels of each release
  test.each<[string, (keyof typeof MODELS)[]]>([
    ['0.21.0', []],
    ['0.22.0', ['qwen3']],
    ['0.23.0', ['qwen3', 'llama']],
    ['0.24.0', ['qwen3', 'qwen3 fp8', 'llama', 'llama fp8', 'qwen2_moe', 'deepseek_v2']],
    ['0.25.0', ['qwen3', 'qwen3 fp8', 'llama', 'llama fp8', 'gemma', 'qwen2_moe', 'deepseek_v2', 'deepseek_v3']],
    ['0.29.0', Object.keys(MODELS) as (keyof typeof MODELS)[]],
  ])('of %s runs %j', (version, expected) => {
    const { release } = vllmRelease(version);
    expect(Object.keys(MODELS).filter(key => release.v2For(MODELS[key as keyof typeof MODELS]))).toEqual(expected);
  });

  test.each<[string, keyof typeof MODELS, unknown]>([
    ['0.16.0', 'llama', { isV2: false, sampler: 'sort', graphsInside: false }],
    ['0.17.0', 'llama', { isV2: false, sampler: 'no-sort', graphsInside: false }],
    ['0.20.0', 'llama', { isV2: false, sampler: 'no-sort', graphsInside: true }],
    ['0.24.0', 'llama', { isV2: true, sampler: 'v2', graphsInside: false }],
    ['0.24.0', 'gemma', { isV2: false, sampler: 'no-sort', graphsInside: true }],
    ['0.29.0', 'gemma', { isV2: true, sampler: 'v2', graphsInside: true }],
    ['0.33.0', 'gemma', { isV2: true, sampler: 'v2-fp32', graphsInside: true }],
  ])('decides sampler and graphs: %s runs %s', (version, key, runner) => {
    expect(runnerOf(vllmRelease(version), MODELS[key])).toEqual(runner);
  });
});

describe('a batch when nobody sets it', () => {
  const of = (version: string, gib: number, gpu?: Gpu) => Object.values(batchDefaults(vllmRelease(version), gib * GIB, gpu));

  // get_batch_defaults of engine/arg_utils.py
  test.each<[string, number, Gpu | undefined, number[]]>([
    ['0.27.0', 69.9, undefined, [256, 2048]],
    ['0.27.0', 70, undefined, [1024, 8192]],
    ['0.27.0', 160, undefined, [1024, 8192]],
    ['0.28.0', 159.9, undefined, [1024, 8192]],
    ['0.28.0', 160, undefined, [1024, 16384]],
    ['0.27.0', 79, Gpu.A100_SXM4_80GB, [256, 2048]],
    ['0.27.0', 79, Gpu.H100_SXM5_80GB, [1024, 8192]],
    ['0.27.1', 119, Gpu.of('gb10'), [256, 2048]],
    ['0.33.0', 119, Gpu.of('gb10'), [256, 2048]],
  ])('of %s in %d GiB of %s', (version, gib, gpu, batch) => {
    expect(of(version, gib, gpu)).toEqual(batch);
  });

  test.each([
    ['0.25.0', 2, true, 2048], ['0.25.0', 2, false, 2048],
    ['0.26.0', 1, false, 2 * 2048], ['0.26.0', 2, false, 2 * 2048], ['0.26.0', 2, true, 3 * 2048], ['0.26.0', 4, true, 5 * 2048],
  ])('of %s over %i stages has in flight, with the second runner %s, %i tokens', (version, pipelineParallel, isV2, tokens) => {
    const batch = { maxNumSeqs: 1, maxNumBatchedTokens: 2048, tensorParallel: 1, pipelineParallel, expertParallel: false, eager: false };
    expect(tokensInFlight(vllmRelease(version), batch, isV2)).toBe(tokens);
  });
});

test.each([
  ['0.25.0', 'last'], ['0.26.0', 'last'], ['0.27.1', 'last'], ['0.28.0', 'last-two'], ['0.33.0', 'last-two'],
])('states of a hybrid under %s: %s', (version, kept) => {
  expect(vllmRelease(version).release.keptStates).toBe(kept);
});

describe('GPUs talk over', () => {
  test.each([
    ['h100-sxm5-80gb', 'nvlink'], ['gh200-96gb', 'nvlink'], ['b200-180gb', 'nvlink'], ['gb200-186gb', 'nvlink'], ['h100-nvl-94gb', 'unknown'],
    ['h100-pcie-80gb', 'pcie'], ['l40s', 'pcie'], ['rtx-pro-6000-server', 'pcie'],
  ])('%s: %s', (id, link) => {
    expect(interconnectOf(Gpu.of(id), GIB)).toBe(link);
  });

  test('PCIe where only a memory below 70 GiB is known, and nobody knows what from there on', () => {
    expect([69.9, 70].map(gib => interconnectOf(undefined, gib * GIB))).toEqual(['pcie', 'unknown']);
  });
});

describe('what torch does not see', () => {
  const of = (version: string, gpus: number, link: 'nvlink' | 'pcie' | 'unknown') => {
    const { least, expected, most } = nonTorch(VLLM_FIGURES, vllmRelease(version), gpus, link);
    return [least, expected, most].map(bytes => Number((bytes / GIB).toFixed(3)));
  };

  // rows of vllm-figures.ts, each from its release on
  test.each<[string, number, 'nvlink' | 'pcie' | 'unknown', number[]]>([
    ['0.8.0', 1, 'nvlink', [0.05, 0.13, 0.38]],
    ['0.9.2', 2, 'nvlink', [0.6, 1.9, 2.4]],
    ['0.10.0', 2, 'nvlink', [0.48, 1.38, 2.08]],
    ['0.11.0', 2, 'nvlink', [0.45, 0.55, 2.05]],
    ['0.17.0', 2, 'pcie', [0.06, 0.13, 0.73]],
    ['0.18.0', 1, 'pcie', [0.1, 0.25, 0.5]],
    ['0.33.0', 2, 'pcie', [0.06, 0.9, 1.9]],
    // between the two: the least of both, and the most of both
    ['0.33.0', 2, 'unknown', [0.06, 2.1, 2.5]],
    // older than all rows
    ['0.7.0', 1, 'pcie', [0.05, 0.13, 0.38]],
  ])('under %s on %i GPUs over %s, in GiB', (version, gpus, link, gib) => {
    expect(of(version, gpus, link)).toEqual(gib);
  });
});

// the figures of logs that vllm-figures.ts names
test('graphs take more over several GPUs, the most with whole experts, and nothing when the engine runs eagerly', () => {
  const of = (change: object) => {
    const { least, expected, most } = graphs(VLLM_FIGURES, {
      maxNumSeqs: 1, maxNumBatchedTokens: 1, tensorParallel: 1, pipelineParallel: 1, expertParallel: false, eager: false, ...change,
    });
    return [least, expected, most].map(bytes => Number((bytes / GIB).toFixed(3)));
  };
  expect(of({})).toEqual([0.08, 0.4, 1.2]);
  expect(of({ tensorParallel: 2 })).toEqual([0.4, 1.1, 1.6]);
  expect(of({ tensorParallel: 2, expertParallel: true })).toEqual([0.4, 3.45, 4.5]);
  expect(of({ tensorParallel: 2, expertParallel: true, eager: true })).toEqual([0, 0, 0]);
});
