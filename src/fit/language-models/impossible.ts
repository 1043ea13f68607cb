import { Gpu } from '../../hardware';
import { LlmArchitecture, Precision } from '../../models';
import { InferenceEngine } from '../engines/inference-engine';
import type { GpuMemory } from '../gpu-memory';
import { LlmServingOptions } from '../model-footprint';

/**
 * Why a model cannot be served so on a board, whatever the memory; undefined when nothing forbids it.
 *
 * vLLM refuses a context beyond the model's and bfloat16 below compute capability 8.0 (config/model.py, platforms/cuda.py at 0.33.0).
 */
export function whyImpossible(model: LlmArchitecture, serving: LlmServingOptions, { gpu, isMig }: GpuMemory): string | undefined {
  const { tensorParallel = 1, pipelineParallel = 1, contextLength } = serving;
  if (tensorParallel * pipelineParallel > 1 && isMig) {
    return `a process sees one MIG device, so layers cannot be spread over ${tensorParallel * pipelineParallel}; use whole GPUs`;
  }
  const layers = model._row.layers;
  if (layers !== undefined && pipelineParallel > layers) { return `${layers} layers cannot be dealt out to ${pipelineParallel} GPUs; use at most ${layers}`; }
  const spread = model._whyNotSpread(tensorParallel);
  if (spread !== undefined) { return `${spread}; use ${spreadableOver(model, tensorParallel)}`; }
  if (model.maxPositions !== undefined && contextLength !== undefined && contextLength > model.maxPositions) {
    return `a context of ${contextLength} tokens is more than the ${model.maxPositions} that ${model.id} was made for; ask for at most that many`;
  }
  return gpu?.computeCapability === undefined ? undefined : whyNotPrecision(serving, gpu, Number(gpu.computeCapability));
}

function whyNotPrecision({ precision, engine }: LlmServingOptions, gpu: Gpu, capability: number): string | undefined {
  if (precision === undefined) { return undefined; }
  const needs = leastCapability(precision, engine ?? InferenceEngine.VLLM);
  if (needs === undefined || capability >= needs) { return undefined; }
  const instead = precision === Precision.BF16 ? Precision.FP16 : precision === Precision.FP8 ? Precision.INT8 : Precision.INT4;
  return `${precision} weights need compute capability ${needs.toFixed(1)}, ${gpu} has ${gpu.computeCapability}; use ${instead}`;
}

/** Compute capability that a precision needs; undefined for any (vLLM 0.33.0, get_min_capability of fp8, modelopt and mxfp4). */
function leastCapability(precision: Precision, engine: InferenceEngine): number | undefined {
  const native = engine === InferenceEngine.TRTLLM;
  switch (precision) {
    case Precision.BF16: return 8.0;
    // vLLM and SGLang expand 8-bit and 4-bit floats on the fly where the board cannot multiply them; TensorRT-LLM does not
    case Precision.FP8: return native ? 8.9 : 7.5;
    case Precision.NVFP4: return native ? 10.0 : 7.5;
    case Precision.MXFP4: return 8.0;
    default: return undefined;
  }
}

function spreadableOver(model: LlmArchitecture, asked: number): string {
  const possible = [1, 2, 4, 8, 16].filter(each => model._whyNotSpread(each) === undefined);
  const nearest = possible.sort((a, b) => Math.abs(a - asked) - Math.abs(b - asked))[0];
  return `${nearest} GPU${nearest === 1 ? '' : 's'}`;
}
