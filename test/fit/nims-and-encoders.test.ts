import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture, NimModel } from '../../src/models';

const H100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);
const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const nim = (model: NimModel, selector: string | undefined, share: GpuMemory) =>
  GpuFit.check(ModelFootprint.ofNim(model, { selector }), share).verdict;

describe('speech NIMs', () => {
  const h200 = (profile: string) => GpuMemory.migSlice(Gpu.H200_SXM_141GB, profile);
  const a100 = (profile: string) => GpuMemory.migSlice(Gpu.A100_SXM4_80GB, profile);

  test('the batch profile decides, not the model', () => {
    expect(nim(NimModel.MAGPIE_TTS_MULTILINGUAL, 'name=magpie-tts-multilingual,batch_size=8', h200('1g.18gb'))).toBe(FitVerdict.FITS);
    expect(nim(NimModel.MAGPIE_TTS_MULTILINGUAL, 'batch_size=8', h200('1g.18gb'))).toBe(FitVerdict.FITS);
    expect(nim(NimModel.MAGPIE_TTS_MULTILINGUAL, 'batch_size=64', a100('3g.40gb'))).toBe(FitVerdict.DOES_NOT_FIT);
    expect(nim(NimModel.PARAKEET_1_1B_CTC_EN_US, 'mode=all,vad=silero,diarizer=sortformer', a100('3g.40gb'))).toBe(FitVerdict.UNCERTAIN);
    expect(nim(NimModel.PARAKEET_1_1B_CTC_EN_US, 'mode=str', a100('1g.10gb'))).toBe(FitVerdict.FITS);
    expect(nim(NimModel.PARAKEET_1_1B_CTC_EN_US, 'mode=all', a100('1g.10gb'))).toBe(FitVerdict.DOES_NOT_FIT);
  });

  test('a profile without a figure is uncertain, and says so', () => {
    const report = GpuFit.check(ModelFootprint.ofNim(NimModel.MAGPIE_TTS_MULTILINGUAL, { selector: 'batch_size=32' }), H100);
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.notes.join()).toContain('no figure of magpie-tts-multilingual is known for selector "batch_size=32"');
  });

  test('a NIM without any figure is uncertain', () => {
    expect(nim(NimModel.WHISPER_LARGE_V3, undefined, H100)).toBe(FitVerdict.UNCERTAIN);
  });

  test('a smallest documented board bounds from above and not from below', () => {
    expect(nim(NimModel.PARAKEET_1_1B_RNNT_MULTILINGUAL, 'mode=all', H100)).toBe(FitVerdict.FITS);
    expect(nim(NimModel.PARAKEET_1_1B_RNNT_MULTILINGUAL, 'mode=all', a100('3g.40gb'))).toBe(FitVerdict.UNCERTAIN);
  });
});

describe('what is not served as a language model', () => {
  test('is counted as an encoder, and fits where also its largest batch does', () => {
    const embedder = ModelFootprint.ofLlm(LlmArchitecture.of('nvidia/nv-embedqa-mistral-7b-v2'), { maxNumSeqs: 4, contextLength: 512 });
    expect(GpuFit.check(embedder, H100).verdict).toBe(FitVerdict.FITS);
    expect(GpuFit.check(embedder, GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '1g.10gb')).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });

  test('holds for an engine whose profile decides', () => {
    const served = ModelFootprint.ofLlm(llama8b, { engine: InferenceEngine.TRITON });
    expect(GpuFit.check(served, H100).verdict).toBe(FitVerdict.UNCERTAIN);
    expect(GpuFit.check(served, GpuMemory.ofMib(15000)).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });
});

describe('retrieval NIMs', () => {
  const onSlice = (model: NimModel, gpu: Gpu, profile: string, selector?: string) =>
    GpuFit.check(ModelFootprint.ofNim(model, { selector }), GpuMemory.migSlice(gpu, profile));

  // logged: 4,101 MiB, then one allocation of 22,649,242,112 bytes and out of memory
  test.each([NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2, NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2])('%s picks a TensorRT profile on an A100, which does not fit 3g.20gb', model => {
    expect(onSlice(model, Gpu.A100_SXM4_40GB, '3g.20gb').verdict).toBe(FitVerdict.DOES_NOT_FIT);
    expect(onSlice(model, Gpu.A100_SXM4_80GB, '3g.40gb').verdict).toBe(FitVerdict.FITS);
  });

  test('bound their own profile alone, and the largest counts where the choice is not known', () => {
    const model = NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2;
    expect(onSlice(model, Gpu.A100_SXM4_40GB, '3g.20gb', 'fp16 non-optimized').verdict).toBe(FitVerdict.FITS);
    const hopper = onSlice(model, Gpu.H100_SXM5_80GB, '1g.20gb');
    expect(hopper.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(hopper.notes.join()).toContain('it picks its profile by itself, and which one is known on ampere alone');
    expect(onSlice(model, Gpu.H100_SXM5_80GB, '3g.40gb').verdict).toBe(FitVerdict.FITS);
  });

  test('with a selector that nobody knows are told the known ones', () => {
    const report = onSlice(NimModel.MAGPIE_TTS_MULTILINGUAL, Gpu.H200_SXM_141GB, '1g.18gb', 'mode=foo');
    expect(report.verdict).toBe(FitVerdict.UNCERTAIN);
    expect(report.notes.join()).toMatch(/no figure of magpie-tts-multilingual is known for selector "mode=foo"; known are .*batch_size=8/);
  });
});

describe('encoders by formula', () => {
  const config = (more: Record<string, unknown>) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(more));
  const bge = config({
    model_type: 'xlm-roberta',
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    vocab_size: 250002,
    max_position_embeddings: 8194,
    type_vocab_size: 1,
  });
  const peak = (model: LlmArchitecture, serving: LlmServingOptions) =>
    GpuFit.check(ModelFootprint.ofLlm(model, serving), H100).components.find(({ name }) => name === 'activations' || name === 'tensorrt-arena')!;

  // measured on an H200, MB above the weights
  test.each([[1, 512, 46], [32, 512, 369], [1, 8192, 185], [8, 8192, 1480]])('bge-m3 takes %i x %i tokens: %i MB measured', (maxNumSeqs, contextLength, measured) => {
    const { bestMib, worstMib } = peak(bge, { maxNumSeqs, contextLength });
    expect(bestMib).toBeLessThanOrEqual(measured * 1e6 / 2 ** 20);
    expect(worstMib).toBeGreaterThanOrEqual(measured * 1e6 / 2 ** 20);
    expect(worstMib).toBeLessThan(1.25 * measured * 1e6 / 2 ** 20 + 66);
  });

  test.each([[1, 31], [8, 247], [32, 983]])('Parakeet 0.6B takes %i x 15 s: %i MB measured', (maxNumSeqs, measured) => {
    const parakeet = config({ model_type: 'parakeet_ctc', vocab_size: 1025, encoder_config: PARAKEET });
    expect(parakeet.parameters).toBe(608799745);
    const { bestMib, worstMib } = peak(parakeet, { maxNumSeqs });
    expect(bestMib).toBeLessThanOrEqual(measured * 1e6 / 2 ** 20);
    expect(worstMib).toBeGreaterThanOrEqual(measured * 1e6 / 2 ** 20);
  });

  const PARAKEET = { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 8, conv_kernel_size: 9 };

  test('a TensorRT engine takes its arena for the largest batch of the longest requests', () => {
    const { expectedMib } = peak(LlmArchitecture.of('nvidia/llama-3.2-nv-embedqa-1b-v2'), { engine: InferenceEngine.TRITON, maxNumSeqs: 30, contextLength: 8192 });
    expect(expectedMib).toBe(Math.ceil(30 * 8192 * 92160 / 2 ** 20));
  });

  test('fit and do not fit by the ends of their ranges', () => {
    const judge = (serving: LlmServingOptions, mib: number) => GpuFit.check(ModelFootprint.ofLlm(bge, serving), GpuMemory.ofMib(mib)).verdict;
    expect(judge({ maxNumSeqs: 8, contextLength: 512 }, 2500)).toBe(FitVerdict.FITS);
    expect(judge({ maxNumSeqs: 8, contextLength: 512 }, 1000)).toBe(FitVerdict.DOES_NOT_FIT);
    expect(judge({}, 3000)).toBe(FitVerdict.UNCERTAIN);
  });
});
