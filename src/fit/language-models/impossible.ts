import { Gpu } from '../../hardware';
import { LlmArchitecture, Precision } from '../../models';
import { compareVersions, readVersion } from '../engines/engine-version';
import { InferenceEngine } from '../engines/inference-engine';
import { whyNotCache } from '../engines/vllm-cache-precision';
import { MODELOPT_FP8_EXPANDED_FROM, NEWEST_VLLM } from '../engines/vllm-releases';
import type { GpuMemory } from '../gpu-memory';
import { LlmServingOptions } from '../model-footprint';

/**
 * Why a model cannot be served so on a board, whatever the memory; undefined when nothing forbids it.
 *
 * vLLM refuses a context beyond the model's and bfloat16 below compute capability 8.0 (config/model.py,
 * platforms/cuda.py at 0.33.0).
 */
export function whyImpossible(
  model: LlmArchitecture,
  serving: LlmServingOptions,
  { gpu, isMig }: GpuMemory,
): string | undefined {
  const { tensorParallel = 1, pipelineParallel = 1, contextLength } = serving;
  if (tensorParallel * pipelineParallel > 1 && isMig) {
    return 'a process sees one MIG device, so layers cannot be spread over '
      + `${tensorParallel * pipelineParallel}; use whole GPUs`;
  }
  const layers = model._row.layers;
  if (layers !== undefined && pipelineParallel > layers) {
    return `${layers} layers cannot be dealt out to ${pipelineParallel} GPUs; use at most ${layers}`;
  }
  const spread = model._whyNotSpread(tensorParallel);
  if (spread !== undefined) { return `${spread}; use ${spreadableOver(model, tensorParallel)}`; }
  if (model.maxPositions !== undefined && contextLength !== undefined && contextLength > model.maxPositions) {
    return `a context of ${contextLength} tokens is more than the ${model.maxPositions} that ${model.id} was made `
      + 'for; ask for at most that many';
  }
  return gpu?.computeCapability === undefined
    ? undefined
    : whyNotPrecision(model, serving, gpu, Number(gpu.computeCapability)) ?? whyNotCache(model, serving, gpu);
}

/**
 * The precision that is multiplied: as asked for, or that of a quantised checkpoint. Engines take a 16-bit one in the
 * 16 bit that a board has.
 */
export function quantizedPrecision(model: LlmArchitecture, { precision }: LlmServingOptions): Precision | undefined {
  const native = [Precision.BF16, Precision.FP16].includes(model.nativePrecision) ? undefined : model.nativePrecision;
  return precision ?? native;
}

function whyNotPrecision(
  model: LlmArchitecture,
  serving: LlmServingOptions,
  gpu: Gpu,
  capability: number,
): string | undefined {
  const precision = quantizedPrecision(model, serving);
  if (precision === undefined) { return undefined; }
  const isModelopt = model._row.quantizedBy === 'modelopt' && precision === model.nativePrecision;
  const needs = leastCapability(precision, isModelopt, serving);
  if (needs === undefined || capability >= needs) { return undefined; }
  const instead = precision === Precision.BF16
    ? Precision.FP16
    : precision === Precision.FP8
      ? Precision.INT8
      : Precision.INT4;
  return `${precision} weights need compute capability ${needs.toFixed(1)}, ${gpu} has `
    + `${gpu.computeCapability}; use ${instead}`;
}

/**
 * Compute capability that a precision needs; undefined for any. vLLM and SGLang expand 8-bit and 4-bit floats on the
 * fly where the board cannot multiply them; TensorRT-LLM does not. Read in get_min_capability of fp8, modelopt and
 * mxfp4 of vLLM 0.19.1 to 0.33.0 and of SGLang
 * 0.5.23.
 */
function leastCapability(precision: Precision, isModelopt: boolean, serving: LlmServingOptions): number | undefined {
  const { engine = InferenceEngine.VLLM } = serving;
  const isNative = engine === InferenceEngine.TRTLLM;
  const expanded = engine === InferenceEngine.SGLANG ? 8.0 : 7.5;
  switch (precision) {
    case Precision.BF16: return 8.0;
    case Precision.FP8:
      return isNative || (isModelopt && !expandsModelopt(engine, serving)) ? 8.9 : isModelopt ? 8.0 : expanded;
    case Precision.NVFP4: return isNative ? 10.0 : expanded;
    case Precision.MXFP4: return 8.0;
    default: return undefined;
  }
}

/** SGLang 0.5.23 refuses them below 8.9 still. */
function expandsModelopt(engine: InferenceEngine, { engineVersion }: LlmServingOptions): boolean {
  if (engine !== InferenceEngine.VLLM) { return false; }
  return compareVersions(readVersion(engineVersion ?? NEWEST_VLLM)!, readVersion(MODELOPT_FP8_EXPANDED_FROM)!) >= 0;
}

/** From which compute capability on a board multiplies a format itself. */
const NATIVE_FROM: Partial<Record<Precision, number>> = {
  [Precision.FP8]: 8.9,
  [Precision.NVFP4]: 10.0,
  [Precision.MXFP4]: 10.0,
};

/**
 * What a board does that cannot multiply the weights as they are stored: vLLM and SGLang keep them so and expand them
 * as they multiply (Marlin: utils/marlin_utils_fp8.py and marlin_utils_fp4.py of vLLM 0.33.0), so that they take no
 * more memory.
 */
export function expandedWeights(model: LlmArchitecture, serving: LlmServingOptions, gpu: Gpu | undefined): string {
  const precision = quantizedPrecision(model, serving);
  const from = precision === undefined ? undefined : NATIVE_FROM[precision];
  if (from === undefined || gpu?.computeCapability === undefined || Number(gpu.computeCapability) >= from) {
    return '';
  }
  return `; ${gpu} expands ${precision} to 16 bit as it multiplies, which takes no more memory`;
}

function spreadableOver(model: LlmArchitecture, asked: number): string {
  const possible = [1, 2, 4, 8, 16].filter(each => model._whyNotSpread(each) === undefined);
  const nearest = possible.sort((a, b) => Math.abs(a - asked) - Math.abs(b - asked))[0];
  return `${nearest} GPU${nearest === 1 ? '' : 's'}`;
}
