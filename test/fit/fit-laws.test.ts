import * as fc from 'fast-check';
import { FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture, Precision } from '../../src/models';

const H100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);

describe('laws', () => {
  const small = (each: LlmArchitecture) => each.isComplete && each.isGenerative && each.parameters! < 4e10;
  const model = fc.constantFrom(...LlmArchitecture.ids().map(id => LlmArchitecture.of(id)).filter(small));
  const rank = { [FitVerdict.FITS]: 2, [FitVerdict.UNCERTAIN]: 1, [FitVerdict.DOES_NOT_FIT]: 0 };
  const engine = fc.constantFrom(InferenceEngine.VLLM, InferenceEngine.TRTLLM, InferenceEngine.SGLANG, InferenceEngine.LLAMA_CPP);
  const mib = fc.integer({ min: 2000, max: 150000 });
  const verdict = (arch: LlmArchitecture, serving: LlmServingOptions, share: GpuMemory) =>
    rank[GpuFit.check(ModelFootprint.ofLlm(arch, serving), share).verdict];
  const tokens = (min: number) => fc.integer({ min, max: 60000 });

  test('a longer context never fits better', () => {
    fc.assert(fc.property(model, engine, mib, tokens(1), tokens(0), (arch, by, size, context, more) => {
      expect(verdict(arch, { engine: by, contextLength: context + more }, GpuMemory.ofMib(size)))
        .toBeLessThanOrEqual(verdict(arch, { engine: by, contextLength: context }, GpuMemory.ofMib(size)));
    }));
  });

  test('larger batches never leave a larger pool, and never fit better', () => {
    fc.assert(fc.property(model, engine, mib, fc.boolean(), (arch, by, size, moreSequences) => {
      const batch = { engine: by, contextLength: 2048, maxNumSeqs: 128, maxNumBatchedTokens: 2048 };
      const larger = moreSequences ? { ...batch, maxNumSeqs: 256 } : { ...batch, maxNumBatchedTokens: 4096 };
      const [usual, large] = [batch, larger].map(each => GpuFit.check(ModelFootprint.ofLlm(arch, each), GpuMemory.ofMib(size)));
      expect(large.kvPoolMib!).toBeLessThanOrEqual(usual.kvPoolMib!);
      expect(rank[large.verdict]).toBeLessThanOrEqual(rank[usual.verdict]);
    }));
  });

  test('fewer bits never weigh more, at either end', () => {
    const falling = [Precision.BF16, Precision.FP8, Precision.INT4];
    fc.assert(fc.property(model, engine, fc.constantFrom(1, 2), (arch, by, step) => {
      const served = (precision: Precision) => ModelFootprint.ofLlm(arch, { engine: by, precision, contextLength: 1024 });
      const weights = (precision: Precision) => GpuFit.check(served(precision), H100).components[0];
      const [more, fewer] = [falling[step - 1], falling[step]].map(weights);
      expect(fewer.name).toBe('weights');
      for (const key of ['bestMib', 'expectedMib', 'worstMib'] as const) { expect(fewer[key]).toBeLessThanOrEqual(more[key]); }
    }));
  });

  test('no figure is without end, not even of a model whose layers keep a state and no tokens', () => {
    const mamba = LlmArchitecture.fromHuggingFaceConfig(JSON.stringify({
      model_type: 'mamba2',
      hidden_size: 4096,
      num_hidden_layers: 64,
      num_heads: 128,
      head_dim: 64,
      state_size: 128,
      n_groups: 8,
      conv_kernel: 4,
      expand: 2,
      vocab_size: 32768,
    }));
    const report = GpuFit.check(ModelFootprint.ofLlm(mamba, { contextLength: 8192 }), H100);
    expect(report.kvPoolTokens).toBeUndefined();
    expect(GpuFit.explain(report)).toContain('which tokens take nothing of');
    expect(GpuFit.explain(report)).not.toMatch(/Infinity|NaN|undefined/);
    for (const value of Object.values(report).filter(each => typeof each === 'number')) { expect(Number.isFinite(value)).toBe(true); }
  });

  test('more requests at once never fit better', () => {
    fc.assert(fc.property(model, engine, mib, fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 64 }), (arch, by, size, requests, more) => {
      const serving = { engine: by, contextLength: 4096 };
      expect(verdict(arch, { ...serving, concurrency: requests + more }, GpuMemory.ofMib(size)))
        .toBeLessThanOrEqual(verdict(arch, { ...serving, concurrency: requests }, GpuMemory.ofMib(size)));
    }));
  });

  test('a larger share never turns what fits into what does not, with the same batch', () => {
    fc.assert(fc.property(model, engine, mib, fc.integer({ min: 0, max: 50000 }), (arch, by, size, more) => {
      const serving = { engine: by, contextLength: 4096, maxNumSeqs: 256, maxNumBatchedTokens: 2048 };
      expect(verdict(arch, serving, GpuMemory.ofMib(size + more))).toBeGreaterThanOrEqual(verdict(arch, serving, GpuMemory.ofMib(size)));
    }));
  });

  test('the largest context and concurrency that are reported do fit', () => {
    fc.assert(fc.property(model, engine, mib, (arch, by, size) => {
      const serving = { engine: by, contextLength: 2048 };
      const report = GpuFit.check(ModelFootprint.ofLlm(arch, serving), GpuMemory.ofMib(size));
      const { maxContext, maxConcurrency } = report;
      if (maxContext! > 0) { expect(verdict(arch, { ...serving, contextLength: maxContext }, GpuMemory.ofMib(size))).toBe(2); }
      if (maxConcurrency! > 0) { expect(verdict(arch, { ...serving, concurrency: maxConcurrency }, GpuMemory.ofMib(size))).toBe(2); }
    }));
  });

  test('worst is never below best, and fits exactly when there is headroom', () => {
    fc.assert(fc.property(model, engine, mib, (arch, by, size) => {
      const report = GpuFit.check(ModelFootprint.ofLlm(arch, { engine: by, contextLength: 2048 }), GpuMemory.ofMib(size));
      expect(report.neededWorstMib).toBeGreaterThanOrEqual(report.neededBestMib!);
      if (report.verdict === FitVerdict.FITS) { expect(report.headroomMib).toBeGreaterThanOrEqual(-2); }
      if (report.verdict === FitVerdict.DOES_NOT_FIT) { expect(report.headroomMib).toBeLessThan(0); }
    }));
  });
});
