import { LlmArchitecture, NimModel } from '../../models';
import { between, Estimate, exactly, MIB, Part, part, sum } from '../estimate';
import { engineSettings } from './engine-settings';
import { FitAssumptions, processOverhead, trtllmOverhead } from '../assumptions';
import { KvCacheOptions, poolBytesPerToken, requestBytes, stateBlockBytes } from './kv-cache';
import { llamaCppBytesPerToken, llamaCppRequestBytes } from './llama-cpp-cache';
import { batchOf, ChosenBatch } from './serving-batch';
import { sglangBytesPerToken, sglangPoolBytes, sglangTokenShare } from './sglang-cache';
import { blocksIn, settledSequences } from './state-blocks';
import { modelRunner, VllmMemory, vllmMemory } from './vllm-memory';
import { loraPart, weightsPart } from './weights';
import { engineName } from '../engines/counted-release';
import { compareVersions, readVersion } from '../engines/engine-version';
import { InferenceEngine } from '../engines/inference-engine';
import { computeGraph, graphGrowth, GraphShape } from '../engines/llama-cpp';
import { SGLANG_VISION_SHARE, sglangReservation } from '../engines/sglang';
import { TRTLLM_DEFAULT_FRACTION, TRTLLM_PAGE } from '../engines/tensorrt-llm';
import { tokensInFlight } from '../engines/vllm';
import { VLLM_FIGURES, VllmFigures } from '../engines/vllm-figures';
import { GpuMemory } from '../gpu-memory';
import { LlmServingOptions } from '../model-footprint';

/** How much memory a language model takes, and what is left for its KV cache. All in bytes, on one GPU. */
export interface LlmMemory {
  /** Everything but the KV cache. */
  readonly parts: Part[];
  readonly contextLength: number;
  readonly concurrency: number;
  readonly kvBytesPerToken: number;
  /** Part of the pool that tokens get, where states have one of their own. */
  readonly tokenShare: number;
  /** Bytes of KV cache for so many requests of so many tokens. */
  readonly kvBytes: (tokens: number, requests: number) => number;
  /** What the engine has for its KV cache: in the worst case, as expected, and in the best. */
  readonly pool: Estimate;
  /** Whether it starts with an empty pool: in the worst, and in the best case. */
  readonly startsAtWorst: boolean;
  readonly startsAtBest: boolean;
  readonly fraction: number;
  /** The most fraction that leaves room for what stands outside of it. */
  readonly mostFraction: number;
  readonly defaultFraction?: number;
  readonly maxNumSeqs: number;
  /**
   * Sequences of a batch that the engine would take by itself, where that is more than it has Mamba cache blocks for
   * and fewer were chosen.
   */
  readonly tooManySequences?: number;
  /** Mamba cache blocks of the pool, where each sequence of a batch needs one for the engine to start. */
  readonly stateBlocks?: Estimate;
  /** The engine and, where releases differ, its version, in words. */
  readonly engine: string;
  readonly engineVersion?: string;
  readonly settings: Record<string, string>;
  /** What is not certain, and why. */
  readonly notes: string[];
}

/** What every engine is given. */
export interface LlmCase {
  readonly model: LlmArchitecture;
  readonly serving: LlmServingOptions;
  readonly memory: GpuMemory;
  readonly batch: ChosenBatch;
  readonly weights: Part;
  readonly lora: Part[];
  readonly overhead: Part;
  readonly assumptions: FitAssumptions;
}

/** The parts and the pool of an engine. */
export interface EngineMemory {
  readonly parts: Part[];
  readonly pool: Estimate;
  readonly fraction: number;
  readonly mostFraction: number;
  /** Of what it sees, when nobody sets it. */
  readonly defaultFraction?: number;
  readonly notes: string[];
  /** Bytes that are needed beside a cache of so many tokens, and were not counted among the parts. */
  readonly growth?: (cacheTokens: number) => number;
}

/**
 * Arithmetic of an engine that runs a language model in a memory. Where nobody said how many sequences a batch has, and
 * vLLM would not start with as many as it takes by itself, fewer are counted with.
 * @param withUnknownTower whether a vision tower that nobody counted is loaded beside it
 */
export function llmMemory(
  model: LlmArchitecture, serving: LlmServingOptions, memory: GpuMemory, nim: NimModel | undefined,
  withUnknownTower: boolean = false,
  figures: VllmFigures = VLLM_FIGURES): LlmMemory {
  const own = memoryAsAsked(model, serving, memory, nim, withUnknownTower, figures);
  const fewer = serving.maxNumSeqs === undefined ? settledSequences(own) : undefined;
  if (fewer === undefined) { return own; }
  const settled = memoryAsAsked(model, { ...serving, maxNumSeqs: fewer }, memory, nim, withUnknownTower, figures);
  return { ...settled, tooManySequences: own.maxNumSeqs };
}

function memoryAsAsked(
  model: LlmArchitecture, serving: LlmServingOptions, memory: GpuMemory, nim: NimModel | undefined,
  withUnknownTower: boolean,
  figures: VllmFigures): LlmMemory {
  const engine = serving.engine ?? InferenceEngine.VLLM;
  const asked = batchOf(engine, serving, memory);
  // a dense model has no experts to deal out, whatever is asked for
  const batch = { ...asked, expertParallel: asked.expertParallel && model._row.experts !== undefined };
  const { tensorParallel } = batch;
  const assumptions = serving.assumptions ?? {};
  const given: LlmCase = {
    model,
    serving,
    memory,
    batch,
    weights: weightsPart(model, serving, batch, withUnknownTower, memory.gpu),
    lora: loraPart(model, serving, tensorParallel),
    overhead: part(
      'process-overhead',
      processOverhead(assumptions),
      'CUDA context of the process, read on H100 and H200',
    ),
    assumptions,
  };
  const withVision = withUnknownTower || model.visionUnknown;
  const {
    parts,
    pool,
    fraction,
    mostFraction,
    defaultFraction,
    notes,
    growth = () => 0,
  } = engineMemory(engine, given, figures, withVision);
  const contextLength = serving.contextLength ?? model.maxPositions ?? batch.maxNumBatchedTokens;
  const kv: KvCacheOptions = {
    type: serving.kvCache ?? model.nativeKvCache,
    tensorParallel,
    pipelineParallel: batch.pipelineParallel,
    withDraft: serving.mtp ?? false,
    pageTokens: engine === InferenceEngine.TRTLLM ? TRTLLM_PAGE : undefined,
    tokensInFlight: engine === InferenceEngine.VLLM
      ? tokensInFlight(batch.vllm, batch, modelRunner(given).isV2)
      : batch.maxNumBatchedTokens,
    states: engine === InferenceEngine.VLLM ? batch.vllm.release.keptStates : undefined,
  };
  const isSglang = engine === InferenceEngine.SGLANG;
  const kvBytesPerToken = bytesPerTokenOf(engine, model, kv);
  const tokenShare = isSglang ? sglangTokenShare(model) : 1;
  const hasSizeFlag = isSglang
    || (engine === InferenceEngine.VLLM && takesPoolSize(batch.vllm.version));
  const kvBytes = memory.needsFraction && hasSizeFlag && pool.least > MIB
    ? Math.floor(pool.least / MIB) * MIB
    : undefined;
  return {
    parts,
    contextLength,
    concurrency: serving.concurrency ?? 1,
    kvBytesPerToken,
    tokenShare,
    kvBytes: (tokens, requests) => cacheBytes(engine, model, tokens, requests, kv) + growth(tokens * requests),
    pool,
    startsAtWorst: pool.least > 0,
    startsAtBest: pool.most > 0,
    fraction,
    mostFraction,
    defaultFraction,
    maxNumSeqs: batch.maxNumSeqs,
    stateBlocks: engine === InferenceEngine.VLLM && batch.vllm.release.needsBlockPerSequence && !batch.eager
      ? blocksIn(pool, stateBlockBytes(model, kv))
      : undefined,
    engine: [engineName(engine), batch.counted.version].filter(each => each !== undefined).join(' '),
    engineVersion: batch.counted.version,
    settings: engineSettings(
      { engine, nim, fraction, contextLength, kvBytes, kvBytesPerToken: kvBytesPerToken / tokenShare },
      serving,
    ),
    notes: [...batch.counted.notes, ...notes],
  };
}

/** Bytes of the cache that engines take for so many requests of so many tokens. */
function cacheBytes(
  engine: InferenceEngine, model: LlmArchitecture, tokens: number, requests: number,
  options: KvCacheOptions): number {
  switch (engine) {
    case InferenceEngine.SGLANG: return sglangPoolBytes(model, tokens, requests, options);
    case InferenceEngine.LLAMA_CPP: return requests * llamaCppRequestBytes(model, tokens, options);
    default: return requests * requestBytes(model, tokens, options);
  }
}

function bytesPerTokenOf(engine: InferenceEngine, model: LlmArchitecture, options: KvCacheOptions): number {
  switch (engine) {
    case InferenceEngine.SGLANG: return sglangBytesPerToken(model, options);
    case InferenceEngine.LLAMA_CPP: return llamaCppBytesPerToken(model, options);
    default: return poolBytesPerToken(model, options);
  }
}

/** Whether vLLM knows `--kv-cache-memory-bytes`; it does not start with a flag that it does not know. */
function takesPoolSize(version: string): boolean {
  return compareVersions(readVersion(version)!, readVersion('0.11.0')!) >= 0;
}

function engineMemory(
  engine: InferenceEngine,
  given: LlmCase,
  figures: VllmFigures,
  withVision: boolean,
): EngineMemory {
  switch (engine) {
    case InferenceEngine.TRTLLM: return tensorRtLlm(given);
    case InferenceEngine.SGLANG: return sglang(given, figures, withVision);
    case InferenceEngine.LLAMA_CPP: return llamaCpp(given);
    default: return vllmMemory(given, figures, withVision);
  }
}

/** A fraction of what is free after loading goes to the cache (docs of TensorRT-LLM, memory; code of 1.4.0rc4). */
function tensorRtLlm({ serving, memory, batch, weights, lora, overhead, assumptions }: LlmCase): EngineMemory {
  const own = part(
    'engine-overhead',
    trtllmOverhead(assumptions, batch.tensorParallel),
    'NVIDIA\'s published limits, inverted, and a log',
  );
  const parts = [weights, ...lora, own, overhead];
  const need = sum(parts);
  const fraction = serving.fraction ?? TRTLLM_DEFAULT_FRACTION;
  const rest = (bound: number, taken: number) => Math.max(0, fraction * (bound - taken));
  const [least, most] = [memory._safeMib * MIB, memory._limitMostMib * MIB];
  return {
    parts,
    pool: between(rest(least, need.most), rest(least, need.expected), rest(most, need.least)),
    fraction,
    mostFraction: 1,
    notes: [],
  };
}

/**
 * Weights and cache inside the fraction; everything else must find room outside. When nobody sets the fraction, SGLang
 * reserves by its own rule, or less of the memory is left on shares whose end it cannot see.
 */
function sglang(given: LlmCase, figures: VllmFigures, withVision: boolean): EngineMemory {
  const { model, serving, memory, batch, weights, lora, overhead } = given;
  const own: VllmMemory = vllmMemory({ ...given, serving: { ...serving, fraction: undefined } }, figures, withVision);
  const beside = own.parts.filter(each => each !== weights && !lora.includes(each) && each.name !== 'sampler-state');
  const parts = [weights, ...lora, ...beside.filter(each => each !== overhead), overhead];
  const others = sum(beside);
  const visible = memory._visibleBytes;
  const reserved = sglangReservation(batch.sglang, visible, {
    ...batch,
    isLatent: model._row.latentSize !== undefined,
  });
  const share = withVision || (model._row.visionParameters ?? model._row.towerParameters?.expected ?? 0) > 0
    ? SGLANG_VISION_SHARE
    : 1;
  const defaultFraction = Math.max(0.01, Math.floor((visible - reserved) / visible * share * 1000) / 1000);
  const room = (memory._safeMib * MIB - others.most) / visible;
  const mostFraction = Math.max(0.01, Math.floor(room * 1000) / 1000);
  const fraction = serving.fraction ?? Math.min(defaultFraction, mostFraction);
  const loaded = sum([weights, ...lora]);
  const hidden = beside.find(({ name }) => name === 'non-torch') ?? exactly(0);
  // the fraction is of what is free once the context and NCCL are there (profile_max_num_token of model_runner.py at
  // 0.4.9.post2 and 0.5.9, kv_cache_configurator.py at 0.5.23: rest = free - free at start x (1 - fraction))
  const started = sum([overhead, ...(batch.tensorParallel > 1 ? [hidden] : [])]);
  const pool = (bound: number, taken: number, weight: number, seen: number, before: number) =>
    Math.min(fraction * (seen - before), bound - taken) - weight;
  return {
    parts,
    pool: between(
      pool(memory._safeMib * MIB, others.most, loaded.most, visible, started.most),
      pool(memory._safeMib * MIB, others.expected, loaded.expected, visible, started.expected),
      pool(
        memory._limitMostMib * MIB,
        others.least,
        loaded.least,
        memory._visibleMostMib * MIB,
        started.least,
      )),
    fraction,
    mostFraction,
    defaultFraction,
    notes: [],
  };
}

/** What the context that was asked for takes. */
function llamaCpp({ model, serving, memory, weights, lora, overhead, assumptions, batch }: LlmCase): EngineMemory {
  const { hiddenSize, intermediateSize, vocabSize } = model._row;
  const shape: GraphShape = {
    hiddenSize: hiddenSize!,
    intermediateSize: intermediateSize ?? 4 * hiddenSize!,
    vocabSize: vocabSize!,
    cacheTokens: (serving.concurrency ?? 1)
      * (serving.contextLength ?? model.maxPositions ?? batch.maxNumBatchedTokens),
  };
  const isSaid = assumptions.activationsMib !== undefined;
  const activations = isSaid ? exactly(assumptions.activationsMib! * MIB) : computeGraph(shape);
  const parts = [
    weights, ...lora, part('activations', activations, 'compute graph of a batch, logits or mask'), overhead,
  ];
  const need = sum(parts);
  const [least, most] = [memory._safeMib * MIB, memory._limitMostMib * MIB];
  return {
    parts,
    pool: between(least - need.most, least - need.expected, most - need.least),
    fraction: 1,
    mostFraction: 1,
    notes: [],
    growth: isSaid ? undefined : cacheTokens => graphGrowth(shape, cacheTokens),
  };
}
