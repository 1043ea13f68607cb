import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { Batch, BatchShape, peak } from '../../src/fit/engines/vllm';
import { VLLM_FIGURES } from '../../src/fit/engines/vllm-figures';
import { Sampler, vllmRelease } from '../../src/fit/engines/vllm-releases';
import { llmMemory } from '../../src/fit/language-models/llm-memory';
import { weightsPart } from '../../src/fit/language-models/weights';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture } from '../../src/models';

// Every figure was worked out by hand from the formula in the comment.

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
/** A model with another row, or other members. */
const like = (model: LlmArchitecture, members: Record<string, unknown>): LlmArchitecture =>
  Object.create(model, Object.fromEntries(Object.entries(members).map(([key, value]) => [key, { value }])));
const alone = { tensorParallel: 1, pipelineParallel: 1, expertParallel: false };

describe('the range of a peak', () => {
  const dense: BatchShape = { hiddenSize: 4096, intermediateSize: 14336, vocabSize: 128256, layers: 32, hasVision: false };
  const of = (batch: Partial<Batch>, more: { shape?: BatchShape; sampler?: Sampler; gpu?: Gpu; version?: string } = {}) => {
    const whole = { ...alone, maxNumSeqs: 1, maxNumBatchedTokens: 2048, eager: false, ...batch };
    const { shape = dense, sampler = 'sort', gpu, version = '0.11.0' } = more;
    const { least, expected, most } = peak(VLLM_FIGURES, vllmRelease(version), shape, whole, sampler, gpu);
    return [least, expected, most].map(bytes => Number(bytes.toFixed(2)));
  };
  const large = { maxNumSeqs: 1024, maxNumBatchedTokens: 8192 };

  // a forward pass of 243,269,632; a twentieth of it and 0.1 GiB are 119,537,664; three fifths are 145,961,779.2
  test('of a forward pass goes down to three fifths', () => {
    expect(of({})).toEqual([145_961_779.2, 243_269_632, 362_807_296]);
  });

  // 38.3 x 1024 x 128,256 and 2 x 8192 x 4096; a twentieth and 0.1 GiB are 362,234,511.36
  test('of the sampler is a twentieth and 0.1 GiB on either side', () => {
    expect(of(large)).toEqual([4_734_972_067.84, 5_097_206_579.2, 5_459_441_090.56]);
  });

  test('has no more sequences than tokens', () => {
    expect(of({ maxNumSeqs: 4096 })).toEqual(of({ maxNumSeqs: 2048 }));
  });

  // 14.8 x 131,334,144 and 67,108,864; the sort that an A100 was seen to fall back to takes 5,097,206,579.2
  test('reaches up to the sort on boards that may fall back to it', () => {
    expect(of(large, { sampler: 'no-sort', gpu: Gpu.H100_SXM5_80GB })[2]).toBe(2_218_771_087.36);
    expect(of(large, { sampler: 'no-sort', gpu: Gpu.A100_SXM4_80GB })[2]).toBe(5_305_123_471.36);
    expect(of(large, { sampler: 'no-sort' })[2]).toBe(2_218_771_087.36);
  });

  // the forward pass of 973,078,528 is more than 6.06 x 131,334,144 and 67,108,864; the first runner's 2,010,854,195.2 are more than both
  test('of the second runner reaches up to the first', () => {
    expect(of(large, { sampler: 'v2' })).toEqual([706_965_667.84, 973_078_528, 2_166_882_304]);
  });

  // 2 x 2048 x 2 x (14336 + 28672) beside 38.3 x 1024 x 128,256 and 16,777,216
  test('of a mixture has the workspace of its experts beside the sampler from 0.13 on', () => {
    const shape = { ...dense, experts: { perToken: 2, size: 14336 } };
    expect(of({ maxNumSeqs: 1024 }, { shape })[1]).toBe(5_046_874_931.2);
    expect(of({ maxNumSeqs: 1024 }, { shape, version: '0.13.0' })[1]).toBe(5_399_196_467.2);
  });

  test('of a model that sees has up to 0.6 GiB more', () => {
    const [plain, seeing] = [of({}), of({}, { shape: { ...dense, hasVision: true } })];
    expect(seeing.map((bytes, index) => Number(((bytes - plain[index]) / GIB).toFixed(6)))).toEqual([0, 0.2, 0.6]);
  });
});

describe('weights by the number of parameters', () => {
  const of = (model: LlmArchitecture, withUnknownTower = false, spread = alone) => {
    const { least, expected, most } = weightsPart(model, {}, spread, withUnknownTower);
    return [least, expected, most];
  };
  // 8,030,261,248 x 2 bytes; tables of 33,554,432; loaded at half a per cent and 0.1 GiB more at most
  const [least, expected, most] = [16_060_522_496, 16_060_522_496 + 33_554_432, 16_060_522_496 * 1.005 + 33_554_432 + 0.1 * GIB];

  test('lie from the parameters alone to a little more', () => {
    expect(of(llama8b)).toEqual([least, expected, most]);
  });

  test('have a tower that nobody counted: 0.5 to 1.5 GiB', () => {
    expect(of(llama8b, true)).toEqual([least + 0.5 * GIB, expected + 0.95 * GIB, most + 1.5 * GIB]);
  });

  test('have towers that were counted in 16 bit', () => {
    const seeing = like(llama8b, { _row: { ...llama8b._row, towerParameters: { least: 1e9, expected: 2e9, most: 3e9 } } });
    expect(of(seeing)).toEqual([least + 2e9, expected + 4e9, most + 6e9]);
    expect(weightsPart(seeing, {}, alone, false).source).toBe('8030261248 parameters in bf16, and about 2000 million of its towers');
  });

  test('have the towers cut over several GPUs, and whole at worst', () => {
    const seeing = like(llama8b, { _row: { ...llama8b._row, towerParameters: { least: 1e9, expected: 2e9, most: 3e9 } } });
    const two = { ...alone, tensorParallel: 2 };
    const plain = of(llama8b, false, two);
    expect(of(seeing, false, two).map((bytes, index) => bytes - plain[index])).toEqual([1e9, 2e9, 6e9]);
  });
});

describe('the parts of vLLM', () => {
  const parts = (model: LlmArchitecture, serving: LlmServingOptions = {}) =>
    Object.fromEntries(llmMemory(model, { maxNumSeqs: 1, maxNumBatchedTokens: 2048, ...serving }, GpuMemory.ofMib(81000), undefined)
      .parts.map(({ name, expected }) => [name, expected]));
  const moe = LlmArchitecture.of('Qwen/Qwen3-30B-A3B');

  test('have the counts of the second runner where it runs: dense models from 0.25 on', () => {
    expect([parts(llama8b, { engineVersion: '0.25.0' }), parts(moe, { engineVersion: '0.25.0' })].map(each => 'sampler-state' in each)).toEqual([true, false]);
    expect(parts(llama8b, { engineVersion: '0.25.0' })['sampler-state']).toBe(4.125 * 128_256);
  });

  // 32 layers with the 2 sizes of one sequence, halved by two stages
  test('have the graphs of the layers of a stage', () => {
    const captured = (pipelineParallel: number) => parts(llama8b, { engineVersion: '0.20.0', pipelineParallel })['cuda-graphs'] / GIB;
    expect([captured(1), captured(2)]).toEqual([0.05 + 3.1e-4 * 32 * 2, 0.05 + 3.1e-4 * 16 * 2].map(each => expect.closeTo(each, 6)));
  });

  // 8 experts of 768 a token: 2 x 2048 x 8 x (2048 + 2048), and four hidden states 2 x 2048 x 4 x 2048
  test('take the size of an expert for it', () => {
    expect(parts(moe, { engineVersion: '0.11.0' }).activations).toBe(134_217_728 + 33_554_432);
  });

  test('count pictures of a model whose tower is not known', () => {
    const activations = (model: LlmArchitecture) => parts(model, { engineVersion: '0.11.0' }).activations;
    expect((activations(like(llama8b, { visionUnknown: true })) - activations(llama8b)) / GIB).toBeCloseTo(0.2, 9);
  });
});

describe('the pool of SGLang 0.5.9 in 10,000 MiB', () => {
  const serving: LlmServingOptions = {
    engine: InferenceEngine.SGLANG,
    engineVersion: '0.5.9',
    weightBytes: 1024 * MIB,
    contextLength: 1024,
    assumptions: { processOverheadMib: 500, activationsMib: 400, cudaGraphsMib: 200 },
  };
  const of = (more: LlmServingOptions = {}, memory = GpuMemory.ofMib(10_000)) => llmMemory(llama8b, { ...serving, ...more }, memory, undefined);
  const weights = 1024 + 32; // and the tables of positions

  // reserved 512 + 1.5 x 2048 + 128 + 2 x 8 = 3,728; beside it 400 + 200 + 500, and 102.4, 256 or 512 that torch does not see
  // 0.627 of what the context leaves: 9,500
  test('is its fraction of what is free at its start less the weights', () => {
    const { fraction, mostFraction, defaultFraction, pool: { least, expected, most } } = of();
    expect([fraction, mostFraction, defaultFraction]).toEqual([0.627, 0.838, 0.627]);
    [5956.5 - weights * 1.01, 5956.5 - weights, 5956.5 - weights]
      .forEach((mib, index) => expect([least, expected, most][index] / MIB).toBeCloseTo(mib, 6));
  });

  test('ends where what stands beside it begins', () => {
    const { pool: { least, expected, most } } = of({ fraction: 0.95 });
    expect(least / MIB).toBeCloseTo(10_000 - 1612 - weights * 1.01, 6);
    expect(expected / MIB).toBeCloseTo(10_000 - 1356 - weights, 6);
    expect(most / MIB).toBeCloseTo(10_000 - 1202.4 - weights, 6);
  });

  test('is that of the fraction that leaves room, where its own does not', () => {
    // half of 22,342 MiB: (11,171 - 1,612) / 22,342; reserved 512 + 3,072 + 128 + 2 x 24 of 22,342
    const { fraction, mostFraction, defaultFraction } = of({}, GpuMemory.timeSliced(Gpu.of('l4'), 2));
    expect([fraction, mostFraction, defaultFraction]).toEqual([0.427, 0.427, 0.831]);
  });
});

test('TensorRT-LLM keeps pages of 32 tokens, vLLM of 16, and SGLang none', () => {
  const bytes = (engine: InferenceEngine) => llmMemory(llama8b, { engine }, GpuMemory.ofMib(81000), undefined).kvBytes(17, 2) / 131_072;
  expect([InferenceEngine.TRTLLM, InferenceEngine.SGLANG, InferenceEngine.VLLM].map(bytes)).toEqual([64, 34, 64]);
  const longer = (engine: InferenceEngine) => llmMemory(llama8b, { engine }, GpuMemory.ofMib(81000), undefined).kvBytes(33, 1) / 131_072;
  expect([InferenceEngine.TRTLLM, InferenceEngine.SGLANG, InferenceEngine.VLLM].map(longer)).toEqual([64, 33, 48]);
});

describe('a report', () => {
  const serving: LlmServingOptions = {
    engineVersion: '0.9.2', weightBytes: 1024 * MIB, contextLength: 1024, assumptions: { activationsMib: 400, cudaGraphsMib: 200 },
  };
  const of = (more: LlmServingOptions, model = llama8b) =>
    GpuFit.check(ModelFootprint.ofLlm(model, { ...serving, ...more }), GpuMemory.ofMib(10_000));

  // 9,000 inside the fraction and outside of it 200 of graphs, and 684.8 of context in the worst case, or 250 in the best
  test('says what the engine may take: in the worst case, and of what does not fit in the best', () => {
    const [fits, not] = [of({}), of({ concurrency: 1000 })];
    expect([fits.verdict, not.verdict]).toEqual([FitVerdict.FITS, FitVerdict.DOES_NOT_FIT]);
    expect(Math.abs(fits.availableMib - 9884.8)).toBeLessThan(4);
    expect(Math.abs(not.availableMib - 9450)).toBeLessThan(4);
    expect(fits.headroomMib).toBe(fits.availableMib - fits.neededWorstMib!);
  });

  test('is at most uncertain where something about the model is not known', () => {
    const doubtful = like(llama8b, { _unknownsWhen: () => ['how it is stored'] });
    expect(of({}, doubtful)).toMatchObject({ verdict: FitVerdict.UNCERTAIN, notes: ['how it is stored'] });
    expect(of({}).notes).toEqual([]);
    const encoder = like(LlmArchitecture.of('BAAI/bge-m3'), { _unknownsWhen: () => ['how it is stored'] });
    const check = (model: LlmArchitecture) =>
      GpuFit.check(ModelFootprint.ofLlm(model, { maxNumSeqs: 1, contextLength: 512 }), GpuMemory.ofMib(20_000)).verdict;
    expect([check(LlmArchitecture.of('BAAI/bge-m3')), check(encoder)]).toEqual([FitVerdict.FITS, FitVerdict.UNCERTAIN]);
  });

  test('of a model without any figure says so, and how to get one', () => {
    const report = GpuFit.check(ModelFootprint.ofLlm(LlmArchitecture.of('nvidia/nv-rerankqa-mistral-4b-v3')), GpuMemory.ofMib(10_000));
    expect(report).toMatchObject({ verdict: FitVerdict.UNCERTAIN, components: [], engineSettings: {}, availableMib: 10_000 });
    expect(report.neededBestMib).toBeUndefined();
    expect(report.alternatives).toEqual(['measure it once with nvidia-smi and say ModelFootprint.measured(mib)']);
    expect(report.notes[0]).toBe('no memory figure of nvidia/nv-rerankqa-mistral-4b-v3 is known');
  });
});
