import { compareVersions, readVersion } from './engine-version';
import { InferenceEngine } from './inference-engine';
import { NEWEST_VLLM } from './vllm-releases';
import { Gpu } from '../../hardware';
import { KvCacheType, LlmArchitecture } from '../../models';
import type { LlmServingOptions } from '../model-footprint';

/** Compute capability from which on some attention of vLLM takes an 8-bit float cache, since a release. */
interface Floor {
  readonly since: string;
  readonly capability: number;
}

/**
 * Keys and values: FlashInfer alone takes them in 8 bit below 8.9, from 7.5 on and since 0.24.0 from 8.0 on
 * (`supports_compute_capability` of v1/attention/backends/flashinfer.py). FlashAttention needs 8.0, FlexAttention has no
 * such cache, and the Triton kernel needs 8.9 (triton_attn.py; it ends in an error of the compiler up to 0.23, as
 * vllm-project/vllm pull request 35720 logs on a V100 with 0.16.0). Read in the wheels of 0.16.0 to 0.33.0.
 */
const KEYS_AND_VALUES: Floor[] = [{ since: '0.24.0', capability: 8.0 }, { since: '0.16.0', capability: 7.5 }];
/**
 * Latents: below 9.0 they go through the Triton kernel, which needs 8.9 since 0.26.0 (mla/triton_mla.py). What earlier
 * releases did there is not counted as a refusal.
 */
const LATENTS: Floor[] = [{ since: '0.26.0', capability: 8.9 }];

/** Why vLLM refuses an 8-bit float cache on a board; undefined where it takes it, or where nobody has read what it does. */
export function whyNotCache(model: LlmArchitecture, serving: LlmServingOptions, gpu: Gpu): string | undefined {
  const { engine = InferenceEngine.VLLM, engineVersion = NEWEST_VLLM } = serving;
  const asked = serving.kvCache ?? model.nativeKvCache;
  if (engine !== InferenceEngine.VLLM || asked !== KvCacheType.FP8 || gpu.computeCapability === undefined) {
    return undefined;
  }
  const kinds = model._caches.map(({ kind }) => kind);
  const needs = [
    ...(kinds.some(kind => kind !== 'state' && kind !== 'none') ? [floorIn(KEYS_AND_VALUES, engineVersion)] : []),
    ...(kinds.includes('latent') ? [floorIn(LATENTS, engineVersion)] : []),
  ].filter(each => each !== undefined);
  const most = Math.max(0, ...needs);
  return Number(gpu.computeCapability) >= most
    ? undefined
    : `an fp8 KV cache needs compute capability ${most.toFixed(1)} in vLLM ${engineVersion}, ${gpu} has `
      + `${gpu.computeCapability}; use one of 16 bit (bf16)`;
}

function floorIn(floors: Floor[], engineVersion: string): number | undefined {
  const version = readVersion(engineVersion);
  return version === undefined
    ? undefined
    : floors.find(({ since }) => compareVersions(version, readVersion(since)!) >= 0)?.capability;
}
