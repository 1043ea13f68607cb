import { GpuSliceKind } from '../../hardware';
import { Precision } from '../../models';
import { between, Estimate, exactly, inGib, MIB, part, sum } from '../estimate';
import type { EngineMemory, LlmCase } from './llm-memory';
import { encoderProfile } from '../engines/encoder-profile';
import { InferenceEngine } from '../engines/inference-engine';
import { BatchShape, graphs, interconnectOf, nonTorch, peak, runnerOf, samplerState } from '../engines/vllm';
import { VllmFigures } from '../engines/vllm-figures';
import { Sampler } from '../engines/vllm-releases';

export type VllmMemory = EngineMemory;

/**
 * Bytes per sequence and vocabulary entry of the sampler's warm-up, which runs after the pool is taken (measured
 * without a sort).
 */
const WARM_UP_BYTES = 14;

/**
 * vLLM takes a fraction of what it sees for everything but the context of the process, and up to 0.19 but CUDA graphs.
 * It refuses to start when less than that is free, and dies when the graphs then find no room.
 */
export function vllmMemory(given: LlmCase, figures: VllmFigures, withVision: boolean): VllmMemory {
  const { serving, memory, batch, weights, lora, overhead, assumptions } = given;
  const visible = memory._visibleBytes;
  const shape = shapeOf(given, withVision);
  const runner = modelRunner(given);
  const peaked = assumptions.activationsMib === undefined
    ? peak(figures, batch.vllm, shape, batch, runner.sampler, memory.gpu) : exactly(assumptions.activationsMib * MIB);
  const activations = part('activations', peaked, peakSource(given, runner.sampler));
  const state = runner.isV2
    ? [part('sampler-state', samplerState(batch, shape), 'token counts of the second model runner')]
    : [];
  const link = interconnectOf(memory.gpu, visible);
  const unseen = memory.gpu?.id === 'gb10' && batch.tensorParallel === 1
    ? inGib(figures.unifiedGib)
    : nonTorch(figures, batch.vllm, batch.tensorParallel, link);
  const hidden = part('non-torch', unseen, 'vLLM logs');
  const captured = part('cuda-graphs', assumptions.cudaGraphsMib === undefined || batch.eager
    ? graphs(figures, batch.vllm, shape, batch) : exactly(assumptions.cudaGraphsMib * MIB), runner.graphsInside
    ? 'vLLM logs; inside the fraction'
    : 'vLLM logs; on top of the fraction');
  const inside = sum([weights, ...lora, activations, ...state, hidden, ...(runner.graphsInside ? [captured] : [])]);
  const outside = sum([overhead, ...(runner.graphsInside ? [] : [captured])]);
  const limit = { least: memory._safeMib * MIB, most: memory._limitMostMib * MIB };
  const own = batch.vllm.release.defaultFraction;
  const mostFraction = hundredths((limit.least - outside.most) / visible);
  const fraction = serving.fraction ?? Math.min(own, mostFraction);
  // where nobody asked for a fraction, the best case is the one that the best case leaves room for
  const bestFraction = serving.fraction ?? Math.min(own, hundredths((limit.most - outside.least) / visible));
  const starts = fraction * visible + outside.most <= limit.least
    && !isCrowded(given, shape, visible * (1 - fraction) - overhead.most, figures);
  // an MPS client is told of no more free memory than its limit, and vLLM refuses to start with less than its fraction
  const isRefused = memory.kind === GpuSliceKind.MPS && fraction * visible > limit.most;
  const pool: Estimate = between(
    starts ? fraction * visible - inside.most : -1,
    isRefused ? -1 : Math.min(fraction * visible, limit.most - outside.expected) - inside.expected,
    isRefused ? -1 : Math.min(bestFraction * memory._visibleMostMib * MIB, limit.most - outside.least) - inside.least);
  return {
    parts: [weights, ...lora, activations, ...state, hidden, captured, overhead],
    pool,
    fraction,
    mostFraction,
    defaultFraction: own,
    notes: [
      ...(starts || fraction <= mostFraction
        ? []
        : [`the fraction ${fraction} leaves too little beside it; ${mostFraction} leaves enough`]),
      ...(isCrowded(given, shape, visible * (1 - fraction) - overhead.most, figures)
        ? [`an MXFP4 model died in the sampler's warm-up where little was left beside its fraction; ${
          crowdedFraction(given, shape, figures)} leaves enough`] : []),
    ],
  };
}

/** The model runner that vLLM chooses for a model. */
export function modelRunner({
  model,
  serving,
  batch,
}: Pick<LlmCase, 'model' | 'serving' | 'batch'>): ReturnType<typeof runnerOf> {
  return runnerOf(batch.vllm, {
    type: model._modelType,
    isMoe: model._row.experts !== undefined,
    isQuantized: ![Precision.BF16, Precision.FP16].includes(serving.precision ?? model.nativePrecision),
    isHybrid: model.isHybrid,
  });
}

/**
 * Why gpt-oss-20b died at 0.95 on an 80 GB board, in the sampler's warm-up with 1,024 sequences, is not understood;
 * other models with larger vocabularies ran. Until it is, an MXFP4 model with less beside its fraction than graphs and
 * warm-up take may die.
 */
function isCrowded(given: LlmCase, shape: BatchShape, beside: number, figures: VllmFigures): boolean {
  return isMxfp4(given) && beside < crowd(given, shape, figures);
}

function isMxfp4({ serving, model }: LlmCase): boolean {
  return (serving.precision ?? model.nativePrecision) === Precision.MXFP4;
}

function crowd({ batch }: LlmCase, shape: BatchShape, figures: VllmFigures): number {
  return graphs(figures, batch.vllm, shape, batch).most + WARM_UP_BYTES * batch.maxNumSeqs * shape.vocabSize;
}

function crowdedFraction(given: LlmCase, shape: BatchShape, figures: VllmFigures): number {
  const visible = given.memory._visibleBytes;
  return hundredths((visible - given.overhead.most - crowd(given, shape, figures)) / visible);
}

function shapeOf({ model, serving, batch }: LlmCase, withVision: boolean): BatchShape {
  const {
    hiddenSize,
    intermediateSize,
    expertSize,
    expertsPerToken,
    vocabSize,
    experts,
    expertLatentSize,
    profiledTower: tower,
  } = model._row;
  const { maxNumBatchedTokens } = batch;
  const context = serving.contextLength ?? model.maxPositions ?? maxNumBatchedTokens;
  return {
    hiddenSize: expertLatentSize === undefined ? hiddenSize! : Math.max(hiddenSize!, expertLatentSize),
    intermediateSize: intermediateSize ?? 4 * hiddenSize!,
    vocabSize: vocabSize!,
    layers: (model._row.layers ?? 1) / batch.pipelineParallel,
    experts: experts === undefined
      ? undefined
      : { perToken: expertsPerToken ?? 1, size: expertSize ?? intermediateSize ?? hiddenSize! },
    hasVision: withVision || (model._row.visionParameters ?? model._row.towerParameters?.expected ?? 0) > 0,
    // other engines do not run the tower before they size their cache
    encoder: tower === undefined || (serving.engine ?? InferenceEngine.VLLM) !== InferenceEngine.VLLM
      ? undefined
      : encoderProfile(tower, batch.vllm.version, context, maxNumBatchedTokens),
  };
}

function peakSource({ batch, model }: LlmCase, sampler: Sampler): string {
  const how = {
    'sort': 'sorting ',
    'no-sort': '',
    'v2': 'second model runner\'s ',
    'v2-fp32': 'second model runner\'s ',
  }[sampler];
  return `${how}sampler over ${batch.maxNumSeqs} sequences x ${model.vocabSize} tokens of vocabulary, or a batch of `
    + `${batch.maxNumBatchedTokens} tokens`;
}

/** A fraction that is not more, in hundredths. */
function hundredths(value: number): number {
  return Math.max(0.01, Math.floor(value * 100) / 100);
}

