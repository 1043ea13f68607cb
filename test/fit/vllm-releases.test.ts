import { batchDefaults, graphs, graphSizes, interconnectOf, nonTorch, runnerOf, tokensInFlight } from '../../src/fit/engines/vllm';
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
    // NVLink without reductions in the switch, which takes no more than PCIe
    ['a100-sxm4-80gb', 'pcie'], ['v100-sxm2-32gb', 'pcie'],
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
    ['0.17.0', 4, 'pcie', [0.06, 0.13, 0.73]],
    ['0.33.0', 2, 'pcie', [0.06, 0.35, 1.9]],
    // 0.35 more for each further one
    ['0.33.0', 4, 'pcie', [0.06, 1.05, 1.9]],
    ['0.33.0', 8, 'pcie', [0.06, 2.45, 4.55]],
    // between the two: the least of both, and the most of both
    ['0.33.0', 2, 'unknown', [0.06, 2.1, 2.5]],
    // older than all rows
    ['0.7.0', 1, 'pcie', [0.05, 0.13, 0.38]],
  ])('under %s on %i GPUs over %s, in GiB', (version, gpus, link, gib) => {
    expect(of(version, gpus, link)).toEqual(gib);
  });
});

describe('graphs', () => {
  const batch = { maxNumSeqs: 256, maxNumBatchedTokens: 2048, tensorParallel: 1, pipelineParallel: 1, expertParallel: false, eager: false };
  const sizes = (version: string, maxNumSeqs: number, maxNumBatchedTokens = 2048) =>
    graphSizes(vllmRelease(version), { maxNumSeqs, maxNumBatchedTokens });
  const of = (layers: number, change: object = {}) => {
    const { least, expected, most } = graphs(VLLM_FIGURES, vllmRelease('0.20.0'), { layers }, { ...batch, ...change });
    return [least, expected, most].map(bytes => Number((bytes / GIB).toFixed(3)));
  };

  // _set_cudagraph_sizes: [1, 2, 4], range(8, 256, 8), range(256, 513, 16); before 0.12 range(8, 513, 8)
  test.each([
    [0.5, '0.20.0', [1]], [1, '0.20.0', [1, 2]], [2, '0.20.0', [1, 2, 4]], [4, '0.20.0', [1, 2, 4, 8]], [32, '0.20.0', [1, 2, 4, ...every(8, 64)]],
    [128, '0.12.0', [1, 2, 4, ...every(8, 248), 256]], [129, '0.12.0', [1, 2, 4, ...every(8, 248), 256]],
    [256, '0.12.0', [1, 2, 4, ...every(8, 248), ...every(16, 512).filter(size => size >= 256)]],
    [1024, '0.33.0', [1, 2, 4, ...every(8, 248), ...every(16, 512).filter(size => size >= 256)]],
    [256, '0.11.0', [1, 2, 4, ...every(8, 512)]],
  ])('of %d sequences under %s are captured by size', (sequences, version, listed) => {
    expect(sizes(version, sequences)).toBe(listed.length);
  });

  test('are not captured above a batch', () => {
    expect(sizes('0.20.0', 256, 64)).toBe(11);
  });

  // the captures of 51 sizes that logs print, by layers
  const LOGGED: [layers: number, gib: number][] = [[48, 0.79], [30, 0.66], [42, 0.65], [28, 0.48], [64, 1.11]];

  test.each(LOGGED)('of %i layers take the %d GiB of logs, within a fourth', (layers, gib) => {
    const [least, expected, most] = of(layers);
    expect(Math.abs(expected / gib - 1)).toBeLessThan(0.25);
    expect([least < gib, most > gib]).toEqual([true, true]);
  });

  test.each(LOGGED)('take what the other logs say without that of %i layers', layers => {
    const { base, perLayerAndSize } = VLLM_FIGURES.graphsGib;
    const others = LOGGED.filter(each => each[0] !== layers).map(each => (each[1] - base) / each[0] / 51).sort((a, b) => a - b);
    expect(Math.abs(perLayerAndSize / ((others[1] + others[2]) / 2) - 1)).toBeLessThan(0.1);
  });

  test('take up to what was logged over several GPUs and with whole experts, and nothing when the engine runs eagerly', () => {
    expect(of(40)).toEqual([0.341, 0.682, 1.2]);
    expect(of(40, { tensorParallel: 2 })).toEqual([0.341, 0.682, 1.6]);
    expect(of(40, { tensorParallel: 2, expertParallel: true })).toEqual([0.341, 0.682, 4.5]);
    expect(of(40, { maxNumSeqs: 1 })).toEqual([0.075, 0.075, 1.2]);
    expect(of(40, { maxNumSeqs: 4 })).toEqual([0.08, 0.1, 1.2]);
    expect(of(100)[2]).toBe(2.446);
    expect(of(40, { eager: true })).toEqual([0, 0, 0]);
  });
});

function every(step: number, last: number): number[] {
  return Array.from({ length: last / step }, (_, index) => (index + 1) * step);
}
