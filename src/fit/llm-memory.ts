import { LlmArchitecture, NimModel } from '../models';
import { cudaGraphs, Estimate, nonTorch, processOverhead, SAMPLER_BYTES, TRTLLM_DEFAULT_FRACTION, trtllmOverhead, VLLM_DEFAULT_FRACTION, vllmBatchDefaults } from './assumptions';
import { GpuMemory } from './gpu-memory';
import { KvCacheOptions, poolBytesPerToken, requestBytes } from './kv-cache';
import { InferenceEngine, LlmServingOptions } from './model-footprint';

const MIB = 2 ** 20;

/** A part of the need, in bytes. */
export interface Part extends Estimate {
  readonly name: string;
  readonly source: string;
}

/** How much memory a language model takes in a share, and what is left for its KV cache. All in bytes, on one GPU. */
export interface LlmMemory {
  /** Everything but the KV cache. */
  readonly parts: Part[];
  readonly contextLength: number;
  readonly concurrency: number;
  readonly kvBytesPerToken: number;
  /** Bytes of KV cache for so many requests of so many tokens. */
  readonly kvBytes: (tokens: number, requests: number) => number;
  /** What the engine has for its KV cache: in the worst case, as expected, and in the best. */
  readonly pool: Estimate;
  /** Why it cannot start even with an empty pool: in the worst, and in the best case. */
  readonly startsAtWorst: boolean;
  readonly startsAtBest: boolean;
  readonly fraction: number;
  readonly maxNumSeqs: number;
  readonly settings: Record<string, string>;
}

/** Arithmetic of an engine that runs a language model in a share. */
export function llmMemory(model: LlmArchitecture, serving: LlmServingOptions, share: GpuMemory, nim: NimModel | undefined): LlmMemory {
  const engine = serving.engine ?? InferenceEngine.VLLM;
  const tensorParallel = serving.tensorParallel ?? 1;
  const visible = share._visibleBytes;
  const defaults = vllmBatchDefaults(visible, share.isMig, share.gpu?.id.startsWith('a100') ?? false);
  const maxNumSeqs = serving.maxNumSeqs ?? defaults.maxNumSeqs;
  const maxNumBatchedTokens = serving.maxNumBatchedTokens ?? defaults.maxNumBatchedTokens;
  const contextLength = serving.contextLength ?? model.maxPositions ?? maxNumBatchedTokens;
  const kv: KvCacheOptions = { type: serving.kvCache ?? model.nativeKvCache, tensorParallel, maxNumBatchedTokens };

  const weights = weightsPart(model, serving, tensorParallel);
  const overhead = part('process-overhead', processOverhead(serving.assumptions ?? {}), 'CUDA context of the process, read on H100 and H200');
  const inner = innerParts(model, serving, engine, { tensorParallel, maxNumSeqs, maxNumBatchedTokens });
  const graphs = engine === InferenceEngine.TRTLLM || engine === InferenceEngine.LLAMA_CPP
    ? undefined : part('cuda-graphs', cudaGraphs(serving.assumptions ?? {}, serving.eager ?? false), 'vLLM logs');
  const parts = [weights, ...loraPart(model, serving, tensorParallel), ...inner, ...(graphs === undefined ? [] : [graphs]), overhead];

  const limit = { least: share._safeMib * MIB, most: share._limitMostMib * MIB };
  const outside = sum([...(graphs === undefined ? [] : [graphs]), overhead]);
  const inside = sum(parts.filter(each => each !== graphs && each !== overhead));
  const fraction = serving.fraction ?? chosenFraction(engine, (limit.least - outside.most) / visible, (inside.most - weights.most) / visible);
  // where nobody asked for a fraction, the best case is the one that the best case leaves room for
  const bestFraction = serving.fraction ?? chosenFraction(engine, (limit.most - outside.least) / visible, (inside.least - weights.least) / visible);
  const pool = poolOf(engine, {
    fraction, bestFraction, visible, visibleMost: share._visibleMostMib * MIB, limit, inside, outside, overhead: overhead.most, weights,
  });
  return {
    parts,
    contextLength,
    concurrency: serving.concurrency ?? 1,
    kvBytesPerToken: poolBytesPerToken(model, kv),
    kvBytes: (tokens, requests) => requests * requestBytes(model, tokens, kv),
    pool,
    startsAtWorst: pool.least > 0,
    startsAtBest: pool.most > 0,
    fraction,
    maxNumSeqs,
    settings: settings(engine, nim, fraction, contextLength, serving),
  };
}

function weightsPart(model: LlmArchitecture, serving: LlmServingOptions, tensorParallel: number): Part {
  if (serving.weightBytes !== undefined) {
    const bytes = serving.weightBytes / tensorParallel;
    return part('weights', { least: bytes, expected: bytes, most: bytes * 1.01 }, 'bytes of the checkpoint');
  }
  const precision = serving.precision ?? model.nativePrecision;
  const { least, most } = model._weightBytes(precision, tensorParallel);
  return part('weights', { least, expected: precision === 'nvfp4' ? (least + most) / 2 : least, most }, `${model.parameters} parameters in ${precision}`);
}

/** vLLM takes the slots in advance: for each slot and adapted matrix, two low-rank factors. +0.19 GiB was seen on an 8B model. */
function loraPart(model: LlmArchitecture, serving: LlmServingOptions, tensorParallel: number): Part[] {
  const slots = serving.loraSlots ?? 0;
  if (slots === 0) { return []; }
  const { hiddenSize, intermediateSize, layers } = model._row;
  const widths = 8 * hiddenSize! + 3 * (hiddenSize! + (intermediateSize ?? 4 * hiddenSize!));
  const bytes = slots * (serving.loraRank ?? 16) * layers! * widths * 2 / tensorParallel;
  return [part('lora', { least: bytes * 0.5, expected: bytes, most: bytes }, 'slots of the highest rank on every projection')];
}

function innerParts(
  model: LlmArchitecture, serving: LlmServingOptions, engine: InferenceEngine,
  batch: { tensorParallel: number; maxNumSeqs: number; maxNumBatchedTokens: number }): Part[] {
  const assumptions = serving.assumptions ?? {};
  if (engine === InferenceEngine.TRTLLM) {
    return [part('engine-overhead', trtllmOverhead(assumptions, batch.tensorParallel), 'NVIDIA\'s published limits, inverted')];
  }
  const forward = forwardBytes(model, batch.maxNumBatchedTokens);
  if (assumptions.activationsMib !== undefined) {
    const given = assumptions.activationsMib * MIB;
    return [part('activations', { least: given, expected: given, most: given }, 'stated'), part('non-torch', nonTorch(batch.tensorParallel), 'vLLM logs')];
  }
  if (engine === InferenceEngine.LLAMA_CPP) {
    // it leaves a margin of 1024 MiB when it fits a model by itself (llama-fit-params)
    return [part('activations', { least: forward / 4, expected: forward, most: forward + 1024 * MIB }, 'compute graph of a batch')];
  }
  const sampler = (bytes: number) => bytes * batch.maxNumSeqs * model.vocabSize!;
  return [
    part('activations', {
      least: sampler(SAMPLER_BYTES.least),
      expected: Math.max(sampler(SAMPLER_BYTES.expected), forward),
      most: Math.max(sampler(SAMPLER_BYTES.most), forward),
    }, `sampler over ${batch.maxNumSeqs} sequences x ${model.vocabSize} tokens of vocabulary`),
    part('non-torch', nonTorch(batch.tensorParallel), 'vLLM logs'),
  ];
}

/** Peak of a forward pass over a batch: four hidden states and both halves of the MLP, 16 bit. */
function forwardBytes(model: LlmArchitecture, tokens: number): number {
  const { hiddenSize, intermediateSize, expertSize, expertsPerToken } = model._row;
  const active = expertSize === undefined ? intermediateSize ?? 4 * hiddenSize! : expertSize * (expertsPerToken ?? 1);
  return tokens * (4 * hiddenSize! + 2 * active) * 2;
}

/**
 * The engine's own fraction, or less where the context of the process and the CUDA graphs, which stand outside of it, would not
 * find room beside it: on small slices, and on shares whose end the engine cannot see. Rounded down to hundredths.
 * @param room what is left for the engine, as a fraction of what it sees
 * @param activations what SGLang needs outside its fraction, likewise
 */
function chosenFraction(engine: InferenceEngine, room: number, activations: number): number {
  const down = (value: number) => Math.max(0.01, Math.floor(value * 100) / 100);
  switch (engine) {
    case InferenceEngine.TRTLLM: return TRTLLM_DEFAULT_FRACTION;
    case InferenceEngine.SGLANG: return down(room - activations);
    default: return Math.min(VLLM_DEFAULT_FRACTION, down(room));
  }
}

function poolOf(engine: InferenceEngine, given: {
  fraction: number;
  bestFraction: number;
  visible: number;
  visibleMost: number;
  limit: { least: number; most: number };
  inside: Estimate;
  outside: Estimate;
  overhead: number;
  weights: Part;
}): Estimate {
  const { fraction, bestFraction, visible, visibleMost, limit, inside, outside, overhead, weights } = given;
  switch (engine) {
    case InferenceEngine.TRTLLM: {
      const rest = (bound: number, need: number) => Math.max(0, fraction * (bound - need));
      return {
        least: rest(limit.least, inside.most + outside.most),
        expected: rest(limit.least, inside.expected + outside.expected),
        most: rest(limit.most, inside.least + outside.least),
      };
    }
    case InferenceEngine.SGLANG: {
      // weights and cache inside the fraction; everything else must find room outside
      const room = (bound: number, others: number, weight: number, taken: number) => Math.min(taken, bound - others) - weight;
      const others = (key: 'least' | 'expected' | 'most') => inside[key] - weights[key] + outside[key];
      return {
        least: room(limit.least, others('most'), weights.most, fraction * visible),
        expected: room(limit.least, others('expected'), weights.expected, fraction * visible),
        most: room(limit.most, others('least'), weights.least, bestFraction * visibleMost),
      };
    }
    case InferenceEngine.LLAMA_CPP:
      return {
        least: limit.least - inside.most - outside.most,
        expected: limit.least - inside.expected - outside.expected,
        most: limit.most - inside.least - outside.least,
      };
    default: {
      // vLLM: a fraction of what it sees for everything but context and graphs; it refuses to start when less than that is free,
      // and dies when the graphs then find no room
      const starts = fraction * visible <= limit.least - overhead && fraction * visible + outside.most <= limit.least;
      return {
        least: starts ? fraction * visible - inside.most : -1,
        expected: fraction * visible - inside.expected,
        most: Math.min(bestFraction * visibleMost, limit.most - outside.least) - inside.least,
      };
    }
  }
}

/** What makes the engine take what was computed. NIM 1.x and 2.x read different names of the fraction, so both are set. */
function settings(
  engine: InferenceEngine, nim: NimModel | undefined, fraction: number, contextLength: number, serving: LlmServingOptions): Record<string, string> {
  const text = String(Number(fraction.toFixed(2)));
  if (nim !== undefined) {
    const vlm = nim.kind === 'vlm';
    return {
      ...(vlm ? { NIM_PASSTHROUGH_ARGS: `--gpu-memory-utilization ${text}` } : { NIM_KVCACHE_PERCENT: text, NIM_GPU_MEM_FRACTION: text }),
      NIM_MAX_MODEL_LEN: String(contextLength),
      ...(serving.maxNumSeqs !== undefined && { NIM_MAX_NUM_SEQS: String(serving.maxNumSeqs) }),
    };
  }
  const sequences: Record<string, string> = serving.maxNumSeqs === undefined ? {} : { '--max-num-seqs': String(serving.maxNumSeqs) };
  switch (engine) {
    case InferenceEngine.VLLM: return { '--gpu-memory-utilization': text, '--max-model-len': String(contextLength), ...sequences };
    case InferenceEngine.SGLANG: return { '--mem-fraction-static': text, '--context-length': String(contextLength) };
    case InferenceEngine.TRTLLM: return { 'kv_cache_config.free_gpu_memory_fraction': text, 'max_seq_len': String(contextLength) };
    case InferenceEngine.LLAMA_CPP:
      return { '--ctx-size': String(contextLength * (serving.concurrency ?? 1)), '--parallel': String(serving.concurrency ?? 1) };
    default: return {};
  }
}

function part(name: string, estimate: Estimate, source: string): Part {
  return { name, ...estimate, source };
}

function sum(parts: Part[]): Estimate {
  const of = (key: 'least' | 'expected' | 'most') => parts.reduce((total, each) => total + each[key], 0);
  return { least: of('least'), expected: of('expected'), most: of('most') };
}
