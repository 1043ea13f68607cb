import * as fs from 'fs';
import * as path from 'path';
import { FitReport, FitVerdict, GpuFit, GpuMemory, LlmServingOptions, ModelFootprint } from '../../../src/fit';
import { VllmFigures } from '../../../src/fit/engines/vllm-figures';
import { llmMemory } from '../../../src/fit/language-models/llm-memory';
import { Gpu } from '../../../src/hardware';
import { KvCacheType, LlmArchitecture, Precision } from '../../../src/models';

/** A run of vLLM that somebody logged, in GiB of one GPU. */
export interface Run {
  readonly id: string;
  /** Runs of one report share its machine and its way of measuring. */
  readonly report: string;
  readonly model: string;
  readonly precision: string;
  readonly engineVersion: string;
  /** False where the report does not say the version; it is then taken as 0.19. */
  readonly versionSaid?: boolean;
  readonly tensorParallel: number;
  readonly contextTokens: number;
  /** Its id in the catalogue, where the figures depend on it and the memory is that of the catalogue. */
  readonly board?: string;
  /** The same, where the memory is as the report prints it. */
  readonly boardOnly?: string;
  /** What CUDA sees. */
  readonly visibleGib: number;
  readonly fraction: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly eager: boolean;
  readonly weightsGib: number | null;
  /** The KV cache pool that was printed; null where none was. */
  readonly kvPoolGib: number | null;
  /** Peak of activations and what torch does not see, where the report prints them. */
  readonly peakGib?: number;
  readonly nonTorchGib?: number;
  /** Mamba cache blocks that the engine printed when it did not start for want of them. */
  readonly stateBlocks?: number;
  readonly outcome: 'ran' | 'died';
  readonly source: string;
  /** The pool was computed from the components that the report prints. */
  readonly rebuilt?: boolean;
  /** Whether experts are dealt out whole, what the cache keeps in place of 16 bit, and whether layers that draft run too. */
  readonly expertParallel?: boolean;
  readonly kvCache?: string;
  readonly mtp?: boolean;
  /** Of a model outside the catalogue, what its config says. */
  readonly config?: Record<string, unknown>;
}

export const RUNS = JSON.parse(fs.readFileSync(path.join(__dirname, 'vllm-runs.json'), 'utf8')) as Run[];

/** Runs that were found after every figure was set, and that no figure is fitted to. */
export function isHeldOut({ id }: Run): boolean {
  return /^[BCD]/.test(id);
}

/** The architecture; undefined where the report's config says too little of it. */
export function architectureOf({ model, config }: Run): LlmArchitecture | undefined {
  if (config === undefined) { return LlmArchitecture.find(model); }
  const text = (config.text_config ?? config) as Record<string, unknown>;
  return text.hidden_size === undefined ? undefined : LlmArchitecture.fromHuggingFaceConfig(JSON.stringify(config));
}

export function servingOf(run: Run): LlmServingOptions {
  return {
    engineVersion: run.engineVersion,
    precision: run.precision as Precision,
    tensorParallel: run.tensorParallel,
    contextLength: run.contextTokens,
    fraction: run.fraction,
    maxNumSeqs: run.maxNumSeqs,
    maxNumBatchedTokens: run.maxNumBatchedTokens,
    eager: run.eager,
    expertParallel: run.expertParallel,
    kvCache: run.kvCache as KvCacheType | undefined,
    mtp: run.mtp,
  };
}

/** The board where the source names it, which knows its interconnect; a bare amount of memory else. */
const BOARDS: [RegExp, Gpu][] = [
  [/accuracy report/, Gpu.H100_SXM5_80GB],
  [/H100/, Gpu.H100_SXM5_80GB],
];

export function memoryOf({ visibleGib, source, board, boardOnly }: Run): GpuMemory {
  if (boardOnly !== undefined) { return Object.assign(GpuMemory.ofMib(Math.round(visibleGib * 1024)), { gpu: Gpu.of(boardOnly) }); }
  if (board !== undefined) { return GpuMemory.wholeGpu(Gpu.of(board)); }
  const gpu = BOARDS.find(([pattern]) => pattern.test(source))?.[1];
  return gpu !== undefined && visibleGib === 79.19 ? GpuMemory.wholeGpu(gpu) : GpuMemory.ofMib(Math.round(visibleGib * 1024));
}

/** The report on a run; undefined where its architecture is not known. */
export function judge(run: Run): FitReport | undefined {
  const architecture = architectureOf(run);
  return architecture && GpuFit.check(ModelFootprint.ofLlm(architecture, servingOf(run)), memoryOf(run));
}

/** Expected pool and low end in GiB; the latter undefined where it may not start. */
export function poolOf(run: Run, figures?: VllmFigures): { expected: number; least: number; most: number } | undefined {
  const architecture = architectureOf(run);
  if (architecture === undefined) { return undefined; }
  const { pool } = llmMemory(architecture, servingOf(run), memoryOf(run), undefined, architecture.visionUnknown, figures);
  return { expected: pool.expected / 2 ** 30, least: pool.least / 2 ** 30, most: pool.most / 2 ** 30 };
}

/** Whether a verdict contradicts what happened. */
export function contradicts({ outcome }: Run, verdict: FitVerdict): boolean {
  return outcome === 'died' ? verdict === FitVerdict.FITS : verdict === FitVerdict.DOES_NOT_FIT;
}

/** Median, 90 % and worst of absolute errors. */
export function spread(errors: number[]): { count: number; median: number; most: number; worst: number } {
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, median: at(0.5), most: at(0.9), worst: sorted[sorted.length - 1] ?? 0 };
}
