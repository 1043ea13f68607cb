import { InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { encoderParts } from '../../src/fit/encoders/encoder-memory';
import { LlmArchitecture } from '../../src/models';

// Every figure was worked out by hand from the formula in the comment. Spread: a tenth, and 34 MB of workspace, twice at most.

const LITTLE = 34e6;
const config = (more: Record<string, unknown>) => LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(more));
const peak = (model: LlmArchitecture, serving: LlmServingOptions) => {
  const [, { name, least, expected, most, source }] = encoderParts(model, serving)!;
  return { name, source, bytes: [least, expected, most].map(Math.round) };
};
const around = (less: number, usual: number, more: number) => [less * 0.9, usual + LITTLE, more * 1.1 + 2 * LITTLE].map(Math.round);

describe('an embedder', () => {
  const plain = config({
    model_type: 'xlm-roberta', hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16, vocab_size: 250002, max_position_embeddings: 8194,
  });

  // a token: 2 x (2 x 4,096 + 3 x 1,024) = 22,528 bytes
  test('takes both sides of its network and three hidden states for each token of its batch', () => {
    const token = 22_528;
    expect(peak(plain, { maxNumSeqs: 4, contextLength: 512 })).toEqual({
      name: 'activations', source: '4 requests of 512 tokens at most', bytes: around(4 * 512 * token, 4 * 512 * token, 4 * 512 * token),
    });
  });

  test('counts 1, 8 or 32 sequences of the longest request where nobody says how many', () => {
    const each = plain.maxPositions! * 22_528;
    expect(peak(plain, {}).bytes).toEqual(around(each, 8 * each, 32 * each));
  });

  // four sides of a gated network: 2 x 4 x 8,192 = 65,536 bytes, as measured on a 1B embedder
  test('with a gated network takes four sides', () => {
    const gated = LlmArchitecture.of('nvidia/llama-3.2-nv-embedqa-1b-v2');
    expect(peak(gated, { maxNumSeqs: 2, contextLength: 100 }).bytes).toEqual(around(200 * 65_536, 200 * 65_536, 200 * 65_536));
  });

  // an arena of 45 x 2,048 = 92,160 bytes a token, from a half to 1.1 of it
  test('in TensorRT takes an arena for its largest batch, whatever is sent', () => {
    const gated = LlmArchitecture.of('nvidia/llama-3.2-nv-embedqa-1b-v2');
    const arena = 30 * 8192 * 92_160;
    expect(peak(gated, { engine: InferenceEngine.TRITON, maxNumSeqs: 30 })).toEqual({
      name: 'tensorrt-arena', source: 'largest batch 30 x longest request 8192 tokens, whatever is sent', bytes: [arena / 2, arena, Math.round(arena * 1.1)],
    });
  });
});

// two results of the first convolution: 2 x 256 channels x 750 frames x 40 bands x 2 bytes
test('a recogniser takes 15 seconds of sound a request', () => {
  const parakeet = config({
    model_type: 'parakeet_ctc',
    vocab_size: 1025,
    encoder_config: { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 8, conv_kernel_size: 9 },
  });
  const each = 2 * 256 * 750 * 40 * 2;
  expect(peak(parakeet, { maxNumSeqs: 8 })).toEqual({ name: 'activations', source: '8 requests of 15 s at most', bytes: around(8 * each, 8 * each, 8 * each) });
});

// 1,500 positions x 2 x (2 x 5,120 + 3 x 1,280) bytes, and a cache of 2 x 32 layers x 1,280 x 2 bytes x (1,500 + 448) positions
test('Whisper hears 30 seconds, and keeps what it heard', () => {
  const each = 42_240_000 + 319_160_320;
  expect(peak(LlmArchitecture.of('openai/whisper-large-v3'), { maxNumSeqs: 4 }))
    .toEqual({ name: 'activations', source: '4 requests of 30 s at most', bytes: around(4 * each, 4 * each, 4 * each) });
});

test('a model of whose longest request nothing is known has no parts', () => {
  const bge = LlmArchitecture.of('BAAI/bge-m3');
  const endless: LlmArchitecture = Object.create(bge, { _row: { value: { ...bge._row, maxPositions: undefined } } });
  expect(encoderParts(endless, {})).toBeUndefined();
  expect(encoderParts(endless, { contextLength: 512 })).toHaveLength(3);
});

test('context and weights stand beside the peak, over several GPUs a part of the weights on each', () => {
  const plain = LlmArchitecture.of('BAAI/bge-m3');
  const names = (serving: LlmServingOptions) => encoderParts(plain, serving)!.map(({ name }) => name);
  expect(names({ contextLength: 512 })).toEqual(['weights', 'activations', 'process-overhead']);
  const [weights, , overhead] = encoderParts(plain, { weightBytes: 1e9, assumptions: { processOverheadMib: 400 } })!;
  const [half] = encoderParts(plain, { weightBytes: 1e9, tensorParallel: 2 })!;
  expect(weights.expected - half.expected).toBe(5e8);
  expect([overhead.least, overhead.expected, overhead.most]).toEqual(Array(3).fill(400 * 2 ** 20));
});

test('what has no shape has no parts', () => {
  expect(encoderParts(LlmArchitecture.of('nvidia/llama-nemotron-embed-vl-1b'), {})).toBeUndefined();
  expect(encoderParts(LlmArchitecture.of('nvidia/llama-3.2-nv-rerankqa-1b-v2'), {})).toBeUndefined();
});

describe('what is asked of a model', () => {
  const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');

  test.each<[keyof LlmServingOptions, number]>([
    ['contextLength', 1], ['concurrency', 1], ['maxNumSeqs', 1], ['maxNumBatchedTokens', 1], ['tensorParallel', 1], ['pipelineParallel', 1],
    ['loraSlots', 0], ['loraRank', 1], ['weightBytes', 1],
  ])('%s is a whole number from %i', (key, least) => {
    expect(ModelFootprint.ofLlm(llama8b, { [key]: least })._serving).toEqual({ [key]: least });
    for (const value of [least - 1, least + 0.5, NaN, Infinity]) {
      expect(() => ModelFootprint.ofLlm(llama8b, { [key]: value })).toThrow(`${key} must be a whole number from ${least}, got ${value}`);
    }
  });

  test('a fraction is above 0 and at most 1', () => {
    expect(ModelFootprint.ofLlm(llama8b, { fraction: 1 })._serving).toEqual({ fraction: 1 });
    for (const fraction of [0, -0.1, 1.01, NaN]) { expect(() => ModelFootprint.ofLlm(llama8b, { fraction })).toThrow(`fraction must be above 0 and at most 1, got ${fraction}`); }
  });

  test.each([0, -1, NaN, Infinity])('a measured footprint of %d MiB is refused', mib => {
    expect(() => ModelFootprint.measured(mib)).toThrow(`a measured footprint has a positive number of MiB, got ${mib}`);
  });
});
