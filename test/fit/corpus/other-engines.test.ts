import * as fs from 'fs';
import * as path from 'path';
import { RUNS } from './runs';
import { GpuMemory, InferenceEngine, LlmServingOptions } from '../../../src/fit';
import { LlmMemory, llmMemory } from '../../../src/fit/language-models/llm-memory';
import { sglangStateBytes } from '../../../src/fit/language-models/sglang-cache';
import { Gpu } from '../../../src/hardware';
import { KvCacheType, LlmArchitecture, Precision } from '../../../src/models';

/** A run of SGLang or llama.cpp that somebody logged. */
interface OtherRun {
  readonly id: string;
  readonly engine: InferenceEngine;
  readonly engineVersion?: string;
  readonly model: string;
  readonly config?: Record<string, unknown>;
  readonly source: string;
  readonly tensorParallel?: number;
  readonly fraction?: number;
  /** GiB that are free before weights are loaded, of weights, and of what tokens and states get. */
  readonly freeGib: number;
  readonly weightsGib: number;
  readonly poolGib: number;
  readonly tokens?: number;
  readonly states?: number;
  readonly requests?: number;
  readonly contextTokens?: number;
  readonly concurrency?: number;
  readonly kvCache?: string;
  /** GiB that are free before the cache is taken. */
  readonly restGib?: number;
  readonly cacheMib: number;
  readonly computeMib: number;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const ALL = JSON.parse(fs.readFileSync(path.join(__dirname, 'other-engines.json'), 'utf8')) as OtherRun[];
const of = (engine: InferenceEngine) => ALL.filter(run => run.engine === engine).map(run => [run.id, run] as const);
/** Of a model outside of the catalogue, the config that the corpus of vLLM has. */
const configOf = ({ model, config }: OtherRun) => config ?? RUNS.find(run => run.model === model && run.config !== undefined)?.config;

function architectureOf(run: OtherRun): LlmArchitecture {
  return LlmArchitecture.find(run.model) ?? LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(configOf(run)));
}

function memoryOf(run: OtherRun, more: LlmServingOptions, mib: number): LlmMemory {
  const { engine, engineVersion, tensorParallel, fraction, contextTokens, concurrency, kvCache } = run;
  return llmMemory(architectureOf(run), {
    engine, engineVersion, tensorParallel, fraction, concurrency, contextLength: contextTokens, kvCache: kvCache as KvCacheType | undefined, ...more,
  }, GpuMemory.ofMib(mib), undefined);
}

test('ten runs of other engines are kept, with their sources', () => {
  expect(ALL.map(({ id }) => id)).toEqual(['S1a', 'S1b', 'S2', 'S3', 'S4', 'S5', 'L1', 'L2', 'L3', 'T1']);
  for (const run of ALL) { expect(run.source).toMatch(/\S/); }
});

describe('SGLang', () => {
  const CONTEXT_MIB = 600;
  /** What the run had, in which the context of the process and, over several GPUs, NCCL are gone before it counts what is free. */
  const judged = (run: OtherRun, withWeights = true) => memoryOf(run, {
    ...withWeights && { weightBytes: Math.round(run.weightsGib * GIB * run.tensorParallel!) }, assumptions: { processOverheadMib: CONTEXT_MIB },
  }, Math.round(run.freeGib * 1024 + CONTEXT_MIB + (run.tensorParallel! > 1 ? 0.35 * 1024 : 0)));

  // S4 has the fraction that the release chooses; of S3 the pool is what was less free after it
  test.each(of(InferenceEngine.SGLANG))('%s: the pool is right to 0.2 GiB with the logged weights', (_, run) => {
    expect(Math.abs(judged(run).pool.expected / GIB - run.poolGib)).toBeLessThan(0.2);
  });

  test.each(of(InferenceEngine.SGLANG))('%s: the pool is right to 0.6 GiB with our weights', (_, run) => {
    expect(Math.abs(judged(run, false).pool.expected / GIB - run.poolGib)).toBeLessThan(0.6);
  });

  // of hybrids the estimate had said 1.9 times as many
  test.each(of(InferenceEngine.SGLANG).filter(([, { tokens }]) => tokens !== undefined))('%s: tokens are right to 3 %%', (_, run) => {
    const { pool, tokenShare, kvBytesPerToken } = judged(run);
    expect(Math.abs(pool.expected * tokenShare / kvBytesPerToken / run.tokens! - 1)).toBeLessThan(0.03);
  });

  test.each(of(InferenceEngine.SGLANG).filter(([, { states }]) => states !== undefined))('%s: states are right to 3 %%', (_, run) => {
    const model = architectureOf(run);
    const bytes = sglangStateBytes(model, { type: KvCacheType.BF16, tensorParallel: run.tensorParallel! });
    const { pool, tokenShare } = judged(run);
    expect(Math.abs(pool.expected * (1 - tokenShare) / bytes / run.states! - 1)).toBeLessThan(0.03);
  });

  test('S5: a third of the states run at once', () => {
    const run = ALL.find(({ id }) => id === 'S5')!;
    const { kvBytes, pool } = judged(run);
    const requests = [...Array(100).keys()].filter(count => kvBytes(1, count) <= pool.expected).pop()!;
    expect(Math.abs(requests - run.requests!)).toBeLessThanOrEqual(1);
  });
});

describe('llama.cpp', () => {
  const judged = (run: OtherRun) => memoryOf(run, {}, 32606);

  // the estimate had said 4,704 and 539, and 525 MiB
  test.each(of(InferenceEngine.LLAMA_CPP))('%s: cache and compute buffer are right to the MiB', (_, run) => {
    const { kvBytes, parts } = judged(run);
    expect(kvBytes(run.contextTokens!, run.concurrency!) / MIB).toBeCloseTo(run.cacheMib, -0.5);
    expect(parts.find(({ name }) => name === 'activations')!.expected / MIB).toBeCloseTo(run.computeMib, 0);
  });
});

describe('TensorRT-LLM', () => {
  const run = ALL.find(({ id }) => id === 'T1')!;
  const judged = () => llmMemory(architectureOf(run), {
    engine: run.engine, engineVersion: run.engineVersion, fraction: run.fraction, contextLength: 4096, precision: Precision.FP16,
  }, GpuMemory.wholeGpu(Gpu.of('l4')), undefined);

  // one log of a small model before 1.0, of which the least that was counted had been 0.4 GiB too much
  test('T1: the pool is in the range, and a fraction of what is left', () => {
    const { pool } = judged();
    expect(run.fraction! * run.restGib!).toBeCloseTo(run.poolGib, 1);
    expect(pool.most / GIB).toBeGreaterThan(run.poolGib);
    expect(pool.least / GIB).toBeLessThan(run.poolGib);
  });

  test('T1: a token takes what the log says', () => {
    expect(judged().kvBytesPerToken).toBe(28_672);
    expect(run.poolGib * GIB / run.tokens!).toBeCloseTo(28_672, -1);
  });
});
