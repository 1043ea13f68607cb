import * as fc from 'fast-check';
import { InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import {
  annotationFor, footprintAnnotations, MEMORY_ANNOTATION, memoryIn, MODEL_ANNOTATION, SERVING_ANNOTATION, servingIn,
} from '../../src/fit/footprint-annotations';
import { KvCacheType, LlmArchitecture, NimModel, NimKind, Precision } from '../../src/models';

const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');

describe('the serving of a model', () => {
  const count = fc.integer({ min: 1, max: 1_000_000 });
  const positive = fc.double({ min: 0.001, max: 100_000, noNaN: true });
  const serving: fc.Arbitrary<LlmServingOptions> = fc.record({
    engine: fc.constantFrom(...Object.values(InferenceEngine)),
    precision: fc.constantFrom(...Object.values(Precision)),
    kvCache: fc.constantFrom(...Object.values(KvCacheType)),
    contextLength: count,
    concurrency: count,
    maxNumSeqs: count,
    maxNumBatchedTokens: count,
    tensorParallel: count,
    pipelineParallel: count,
    weightBytes: count,
    loraSlots: count,
    loraRank: count,
    fraction: fc.double({ min: 0.01, max: 1, noNaN: true }),
    eager: fc.constant(true),
    expertParallel: fc.constant(true),
    mtp: fc.constant(true),
    assumptions: fc.record({ activationsMib: positive, cudaGraphsMib: positive, processOverheadMib: positive, trtllmOverheadMib: positive }),
  }, { requiredKeys: [] }).map(({ assumptions = {}, ...others }) => (Object.keys(assumptions).length > 0 ? { ...others, assumptions } : others));

  test('is read from the annotation as it was written, each setting of it', () => {
    fc.assert(fc.property(serving, asked => {
      const written = footprintAnnotations({ footprint: ModelFootprint.ofLlm(llama8b, asked) });
      expect(servingIn(written[SERVING_ANNOTATION])).toEqual(asked);
    }));
  });

  test('that says nothing is not written', () => {
    expect(footprintAnnotations({ footprint: ModelFootprint.ofLlm(llama8b) })).toEqual({ [MODEL_ANNOTATION]: llama8b.id });
    expect(footprintAnnotations({})).toEqual({});
  });

  test('of a NIM names what its variables do not say alone', () => {
    const asked = { contextLength: 4096, tensorParallel: 2, engineVersion: '0.19.0', precision: Precision.FP8, assumptions: { activationsMib: 900 } };
    const model = NimModel.custom('own', { kind: NimKind.LLM, image: 'example.com/own', tag: '2.0.3', architecture: llama8b });
    expect(footprintAnnotations({ model, serving: asked }, 'llm')).toEqual({
      [`${MODEL_ANNOTATION}.llm`]: llama8b.id,
      [`${SERVING_ANNOTATION}.llm`]: 'engineVersion=0.19.0,precision=fp8,activationsMib=900',
    });
  });

  test('of a model that the catalogue does not have goes without its name', () => {
    const own = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
      model_type: 'llama', hidden_size: 1024, num_hidden_layers: 2, num_attention_heads: 8, vocab_size: 32000, intermediate_size: 4096,
    }));
    expect(footprintAnnotations({ footprint: ModelFootprint.ofLlm(own, { contextLength: 512 }) })).toEqual({ [SERVING_ANNOTATION]: 'contextLength=512' });
  });

  test('that was measured is its MiB and nothing else', () => {
    expect(footprintAnnotations({ footprint: ModelFootprint.measured(1234) }, 'tts')).toEqual({ [`${MEMORY_ANNOTATION}.tts`]: '1234' });
  });
});

describe('reading what a person wrote', () => {
  test.each<[string | undefined, LlmServingOptions]>([
    [undefined, {}], ['', {}], ['nothing', {}], ['contextLength', {}],
    [' contextLength = 4096 , eager = true ', { contextLength: 4096, eager: true }],
    ['contextLength=0', {}], ['contextLength=-1', {}], ['contextLength=1e3', {}], ['contextLength=04', {}], [`contextLength=${'9'.repeat(400)}`, {}], [`tensorParallel=${'9'.repeat(15)}`, { tensorParallel: 999_999_999_999_999 }], ['contextLength=4 k', {}],
    ['eager=false', {}], ['eager=yes', {}], ['mtp=true,expertParallel=TRUE', { mtp: true }],
    ['engine=vllm', { engine: InferenceEngine.VLLM }], ['engine=vLLM', {}], ['precision=fp9', {}],
    ['fraction=0', {}], ['fraction=1', { fraction: 1 }], ['fraction=1.01', {}], ['fraction=-0.5', {}], ['fraction=x', {}],
    ['engineVersion=0.19.0', { engineVersion: '0.19.0' }], ['engineVersion=b4719', { engineVersion: 'b4719' }],
    ['engineVersion=latest', {}], ['engineVersion=b47191234', {}], ['engineVersion=xb4719', {}],
    ['activationsMib=0', {}], ['activationsMib=-3', {}], ['activationsMib=900', { assumptions: { activationsMib: 900 } }],
  ])('%s is %j', (text, known) => {
    expect(servingIn(text)).toEqual(known);
  });

  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined], ['', undefined], ['0', undefined], ['-5', undefined], ['many', undefined], ['Infinity', undefined], ['1e308', undefined], ['8589934593', undefined], ['8589934591', 8_589_934_591], ['1', 1], ['1234.5', 1234.5],
  ])('a memory of %s is %s MiB', (text, mib) => {
    expect(memoryIn(text)).toBe(mib);
  });

  test('an annotation about a container goes before one about all', () => {
    const annotations = { 'cdk8s-gpu/model': 'a', 'cdk8s-gpu/model.tts': 'b' };
    expect(['tts', 'asr'].map(container => annotationFor(annotations, MODEL_ANNOTATION, container))).toEqual(['b', 'a']);
    expect(annotationFor({}, MODEL_ANNOTATION, 'tts')).toBeUndefined();
  });
});
