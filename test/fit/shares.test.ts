import { FitVerdict, GpuFit, GpuMemory, LlmServingOptions, ModelFootprint } from '../../src/fit';
import { Gpu } from '../../src/hardware';
import { LlmArchitecture, NimModel } from '../../src/models';

const H100 = GpuMemory.wholeGpu(Gpu.H100_SXM5_80GB);
const llama8b = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const fits = (model: string, serving: LlmServingOptions, share: GpuMemory) =>
  GpuFit.check(ModelFootprint.ofLlm(LlmArchitecture.of(model), serving), share);

describe('shares', () => {
  test('a slice has what it holds, not what its name says', () => {
    expect(GpuMemory.migSlice(Gpu.H200_SXM_141GB, '1g.18gb').limitMib).toBe(16384);
  });

  test('an MPS share is a part of the board, and the engine sees all of it', () => {
    const share = GpuMemory.mpsShare(Gpu.L40S, 10);
    expect(share.limitMib).toBe(4606);
    expect(share.visibleMib).toBe(45459);
    expect(share.needsFraction).toBe(true);
  });

  // read on an H200: of a share of 8 GiB a client could allocate 7.375, because the limit counts its context
  test('the context of the process counts inside an MPS share', () => {
    const weights = { weightBytes: Math.round(7.6 * 2 ** 30), contextLength: 1024, maxNumSeqs: 8, eager: true };
    expect(GpuFit.check(ModelFootprint.ofLlm(llama8b, weights), GpuMemory.ofMib(8192)).verdict).not.toBe(FitVerdict.FITS);
  });

  test('under MPS and time-slicing the fraction is of the whole board and stays inside the share', () => {
    for (const share of [GpuMemory.mpsShare(Gpu.H100_SXM5_80GB, 2), GpuMemory.timeSliced(Gpu.H100_SXM5_80GB, 2)]) {
      const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192 }, share);
      expect(report.verdict).toBe(FitVerdict.FITS);
      expect(Number(report.engineSettings['--gpu-memory-utilization']) * share.visibleMib).toBeLessThan(share.limitMib);
    }
  });

  test('the engine\'s default fraction on a share that it cannot see the end of does not fit', () => {
    const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192, fraction: 0.9 }, GpuMemory.mpsShare(Gpu.H100_SXM5_80GB, 2));
    expect(report.verdict).not.toBe(FitVerdict.FITS);
  });

  test('of unknown size are a lower bound, which suffices for what it holds', () => {
    const slice = GpuMemory.migSlice(Gpu.H100_SXM5_94GB, '1g.12gb');
    expect(slice.isKnown).toBe(false);
    const check = (mib: number) => GpuFit.check(ModelFootprint.measured(mib), slice);
    expect(check(slice.limitMib)).toMatchObject({ verdict: FitVerdict.FITS, notes: [] });
    expect(check(slice.limitMib + 1).verdict).toBe(FitVerdict.UNCERTAIN);
    expect(check(slice.limitMib + 1).notes.join()).toContain('is not known');
    expect(check(90000).verdict).toBe(FitVerdict.DOES_NOT_FIT);
  });

  // get_batch_defaults asks for the memory of the device that it sees, which is the slice under MIG
  test.each([
    [H100, undefined, '1024 sequences'], [GpuMemory.migSlice(Gpu.H100_SXM5_80GB, '7g.80gb'), undefined, '1024 sequences'],
    [GpuMemory.migSlice(Gpu.H100_SXM5_80GB, '3g.40gb'), undefined, '256 sequences'], [GpuMemory.wholeGpu(Gpu.A100_SXM4_80GB), undefined, '256 sequences'],
    [GpuMemory.wholeGpu(Gpu.B200_180GB), undefined, 'a batch of 16384 tokens'], [GpuMemory.wholeGpu(Gpu.B200_180GB), '0.27.0', 'a batch of 8192 tokens'],
  ])('%s under release %s starts with %s', (share, engineVersion, words) => {
    const report = fits('meta-llama/Llama-3.1-8B-Instruct', { engineVersion }, share);
    expect(report.components.find(each => each.name === 'activations')!.source).toContain(words);
  });
});

// B200 3g.90gb, H200 NVL 3g.71gb, boards known by their nominal size alone
test('what fits a slice fits every slice of the same board that is larger in compute and memory, known to the MiB or not', () => {
  const serving = { contextLength: 4096, maxNumSeqs: 64, maxNumBatchedTokens: 2048 };
  for (const gpu of Gpu.all().filter(each => each.profiles.length > 0)) {
    const verdictOn = (profile: string) => fits('meta-llama/Llama-3.1-8B-Instruct', serving, GpuMemory.migSlice(gpu, profile)).verdict;
    const slices = gpu.profiles.map(profile => ({ profile, verdict: verdictOn(profile.name) }));
    for (const { profile } of slices.filter(({ verdict }) => verdict === FitVerdict.FITS)) {
      const larger = slices.filter(each => each.profile.memorySlices > profile.memorySlices);
      const other = larger.filter(({ verdict }) => verdict !== FitVerdict.FITS).map(each => each.profile.name);
      expect([gpu.id, profile.name, other]).toEqual([gpu.id, profile.name, []]);
    }
  }
});

test('the engine of a share is given the size of its pool in bytes, which the share surely holds', () => {
  for (const share of [GpuMemory.mpsShare(Gpu.H100_SXM5_80GB, 2), GpuMemory.timeSliced(Gpu.H100_SXM5_80GB, 2)]) {
    const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192 }, share);
    const bytes = Number(report.engineSettings['--kv-cache-memory-bytes']);
    expect(bytes % 2 ** 20).toBe(0);
    expect(bytes / 2 ** 20).toBeGreaterThan(1024);
    expect(bytes / 2 ** 20 + report.neededWorstMib! - 1024).toBeLessThanOrEqual(share.limitMib);
    const nimReport = GpuFit.check(ModelFootprint.ofNim(NimModel.LLAMA_3_1_8B_INSTRUCT, { serving: { contextLength: 8192 } }), share);
    expect(nimReport.engineSettings.NIM_KVCACHE_PERCENT).toBe(nimReport.engineSettings.NIM_GPU_MEM_FRACTION);
    expect(nimReport.engineSettings.NIM_PASSTHROUGH_ARGS).toBe(`--kv-cache-memory-bytes ${bytes}`);
  }
  expect(fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192 }, H100).engineSettings).not.toHaveProperty('--kv-cache-memory-bytes');
});

test('a fraction of more than the limit of an MPS client is refused by vLLM, which sees no more free memory than the limit', () => {
  const share = GpuMemory.mpsShare(Gpu.L40S, 2);
  const report = fits('meta-llama/Llama-3.1-8B-Instruct', { contextLength: 8192, fraction: 0.99 }, share);
  expect([report.verdict, report.kvPoolMib]).toEqual([FitVerdict.DOES_NOT_FIT, 0]);
  expect(report.alternatives[0]).toMatch(/^a fraction of 0\.4/);
});
