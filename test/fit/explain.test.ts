import { FitReport, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { LlmMemory } from '../../src/fit/language-models/llm-memory';
import { otherServings } from '../../src/fit/report/alternatives';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture, Precision } from '../../src/models';

const part = (name: string, bestMib: number, expectedMib = bestMib, worstMib = expectedMib) => ({ name, bestMib, expectedMib, worstMib, source: 'a log' });
const report = (change: Partial<FitReport>): FitReport => ({
  verdict: FitVerdict.FITS,
  subject: 'own',
  share: 'slice 1g.10gb',
  neededBestMib: 1024,
  neededExpectedMib: 2048,
  neededWorstMib: 3072,
  availableMib: 10240,
  components: [part('model', 1024, 2048, 3072)],
  alternatives: [],
  engineSettings: {},
  notes: [],
  ...change,
});
const lines = (change: Partial<FitReport>) => GpuFit.explain(report(change)).split('\n');

describe('the first line', () => {
  test.each<[string, Partial<FitReport>, string]>([
    ['a range', {}, 'own needs 2.0 GiB (1.0 GiB to 3.0 GiB); slice 1g.10gb has 10.0 GiB.'],
    ['one figure', { neededBestMib: 3072, neededExpectedMib: 3072 }, 'own needs 3.0 GiB; slice 1g.10gb has 10.0 GiB.'],
    ['no expectation', { neededExpectedMib: undefined }, 'own needs 3.0 GiB; slice 1g.10gb has 10.0 GiB.'],
    ['an upper bound alone', { neededBestMib: 0 }, 'own needs at most 3.0 GiB; slice 1g.10gb has 10.0 GiB.'],
    ['a lower bound alone', { neededWorstMib: undefined }, 'own needs at least 1.0 GiB, and no figure bounds it from above; slice 1g.10gb has 10.0 GiB.'],
    ['nothing', { neededBestMib: undefined }, 'own needs an unknown amount; slice 1g.10gb has 10.0 GiB.'],
    ['one part that is too large', { verdict: FitVerdict.DOES_NOT_FIT }, 'own needs at least 1.0 GiB; slice 1g.10gb has 10.0 GiB.'],
    ['parts that are too large', { verdict: FitVerdict.DOES_NOT_FIT, components: [part('a', 1), part('b', 1)] },
      'own needs at least 1.0 GiB; slice 1g.10gb has at most 10.0 GiB for it.'],
    ['what cannot be', { impossible: 'it has no heads', components: [part('a', 1), part('b', 1)], maxContext: 1 }, 'own cannot run on slice 1g.10gb: it has no heads.'],
  ])('of %s', (_, change, line) => {
    expect(lines(change)[0]).toBe(line);
  });
});

describe('the table', () => {
  test('has a row for each part, as a range where there is one', () => {
    expect(lines({ components: [part('weights', 1024), part('activations', 512, 1024, 2048)] }).slice(1)).toEqual([
      '  weights          1.0 GiB                      a log',
      '  activations      1.0 GiB (0.5 GiB to 2.0 GiB) a log',
    ]);
  });

  test('is left out where there is one part, and where it cannot run at all', () => {
    expect(lines({})).toHaveLength(1);
    expect(lines({ impossible: 'x', components: [part('a', 1), part('b', 1)], maxContext: 1 })).toHaveLength(1);
  });
});

describe('the pool', () => {
  const pool: Partial<FitReport> = {
    maxContext: 8192, maxConcurrency: 3, kvPoolMib: 2048, kvPoolLeastMib: 1024, kvPoolMostMib: 3072, kvPoolTokens: 16384, kvBytesPerToken: 131072, engine: 'vLLM 0.33.0',
  };

  test('is said with its range, its tokens and what surely fits', () => {
    expect(lines(pool)[1]).toBe('  KV cache pool (vLLM 0.33.0) 2.0 GiB (1.0 GiB to 3.0 GiB), 16384 tokens of 131072 bytes; '
      + 'surely fits: a context of 8192 tokens, or 3 requests');
  });

  test('that may not be there is said to be none in the worst case', () => {
    expect(lines({ ...pool, kvPoolLeastMib: 0, engine: undefined, kvPoolTokens: undefined })[1])
      .toBe('  KV cache pool 2.0 GiB, in the worst case none, which tokens take nothing of; surely fits: a context of 8192 tokens, or 3 requests');
  });

  test('in which nothing surely has room says so, not a context of none', () => {
    const end = (change: Partial<FitReport>) => lines({ ...pool, ...change })[1].split('; ')[1];
    expect(end({ maxContext: 0, maxConcurrency: 0 })).toBe('in the worst case no context has room beside the rest');
    expect(end({ maxConcurrency: 0 })).toBe('surely fits: a context of 8192 tokens');
    expect(end({ maxContext: 1, maxConcurrency: 1 })).toBe('surely fits: a context of 1 tokens, or 1 requests');
  });
});

test('notes and what fits instead stand at the end, and nothing instead of what fits', () => {
  const change = { notes: ['one', 'two'], alternatives: ['a', 'b'] };
  expect(lines({ ...change, verdict: FitVerdict.UNCERTAIN }).slice(1)).toEqual(['  Not certain: one.', '  Not certain: two.', '  Fits: a; b.']);
  expect(lines(change).slice(1)).toEqual(['  Not certain: one.', '  Not certain: two.']);
  expect(lines({ verdict: FitVerdict.UNCERTAIN })).toHaveLength(1);
});

describe('changes of the serving that are tried', () => {
  const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
  const memory = { mostFraction: 0.8, contextLength: 8192, concurrency: 4, maxNumSeqs: 256 } as LlmMemory;
  interface Limits { readonly maxContext?: number; readonly maxConcurrency?: number; readonly maxNumSeqs?: number }
  const tried = (serving: LlmServingOptions, { maxContext = 0, maxConcurrency = 0, ...change }: Limits = {}, model = llama8b) => {
    const seen: LlmServingOptions[] = [];
    otherServings(serving, model, { ...memory, ...change }, maxContext, maxConcurrency, each => {
      seen.push(each);
      return FitVerdict.FITS;
    });
    return seen;
  };
  const always = [{ maxNumSeqs: 64 }, { precision: Precision.FP8 }, { precision: Precision.INT4 }];

  test('are the fraction that leaves room, where somebody asked for another one', () => {
    expect(tried({ fraction: 0.9 })).toEqual([{ fraction: 0.8 }, ...always]);
    expect(tried({ fraction: 0.8 })).toEqual(always);
    expect(tried({})).toEqual(always);
  });

  test('are the longest context, where it is shorter than asked for and at least 1,024', () => {
    expect(tried({}, { maxContext: 1024 })).toEqual([{ contextLength: 1024 }, ...always]);
    expect(tried({}, { maxContext: 8191 })).toEqual([{ contextLength: 8191 }, ...always]);
    for (const maxContext of [1023, 8192, 9000]) { expect(tried({}, { maxContext })).toEqual(always); }
  });

  test('are as many requests as fit, where that is fewer than asked for', () => {
    expect(tried({}, { maxConcurrency: 1 })).toEqual([{ concurrency: 1 }, ...always]);
    expect(tried({}, { maxConcurrency: 3 })).toEqual([{ concurrency: 3 }, ...always]);
    for (const maxConcurrency of [0, 4, 5]) { expect(tried({}, { maxConcurrency })).toEqual(always); }
  });

  test('are 64 sequences, where there are more', () => {
    expect(tried({}, { maxNumSeqs: 65 })[0]).toEqual({ maxNumSeqs: 64 });
    expect(tried({}, { maxNumSeqs: 64 })).toEqual(always.slice(1));
  });

  test('are fewer bits, where weights have 16 and nobody said their bytes', () => {
    expect(tried({ weightBytes: 16e9 })).toEqual([{ maxNumSeqs: 64 }]);
    expect(tried({ precision: Precision.INT8 })).toEqual([{ maxNumSeqs: 64 }]);
    expect(tried({}, {}, LlmArchitecture.of('openai/gpt-oss-20b'))).toEqual([{ maxNumSeqs: 64 }]);
    expect(tried({ precision: Precision.BF16 }, {}, LlmArchitecture.of('openai/gpt-oss-20b'))).toEqual(always);
  });

  test('are named where they fit, and only then', () => {
    const judge = ({ maxNumSeqs, precision }: LlmServingOptions) =>
      maxNumSeqs !== undefined ? FitVerdict.UNCERTAIN : precision === Precision.FP8 ? FitVerdict.DOES_NOT_FIT : FitVerdict.FITS;
    expect(otherServings({ fraction: 0.9 }, llama8b, memory, 2048, 2, judge))
      .toEqual(['a fraction of 0.8', 'a context of 2048 tokens', '2 requests of 8192 tokens at once', 'int4 weights']);
  });
});

test('of llama.cpp a note says where layers without room stand, where not all surely have', () => {
  const notesOf = (engine: InferenceEngine, gpu: Gpu) => GpuFit.check(
    ModelFootprint.ofLlm(LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'), { engine, contextLength: 8192 }), GpuMemory.wholeGpu(gpu)).notes;
  const note = 'all layers are counted here; llama.cpp leaves those without room in the memory of the host, where they are slow';
  expect(notesOf(InferenceEngine.LLAMA_CPP, Gpu.T4)).toContain(note);
  expect(notesOf(InferenceEngine.LLAMA_CPP, Gpu.L40S)).not.toContain(note);
  expect(notesOf(InferenceEngine.VLLM, Gpu.T4)).not.toContain(note);
});
