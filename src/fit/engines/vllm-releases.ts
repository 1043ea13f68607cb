import { compareVersions, readVersion, versionText } from './engine-version';

/** Which code samples: sorting in PyTorch, a Triton kernel or FlashInfer without a sort, or the second model runner. */
export type Sampler = 'sort' | 'no-sort' | 'v2' | 'v2-fp32';

/** States that a request of a hybrid keeps: one a layer; the one before too, where prefixes are cached. */
export type KeptStates = 'last' | 'last-two';

/**
 * Up to here vLLM refused NVIDIA's 8-bit checkpoints where the board cannot multiply them (ModelOptFp8Config; 8.0 from
 * 0.27.0 on).
 */
export const MODELOPT_FP8_EXPANDED_FROM = '0.27.0';

/** What a release of vLLM does that its memory depends on. A row holds until the next one. */
export interface VllmRelease {
  /** The first release that does so. */
  readonly from: string;
  /** `gpu_memory_utilization` when nobody sets it. */
  readonly defaultFraction: number;
  /** Whether CUDA graphs are estimated and taken off inside the fraction, or come on top of it. */
  readonly graphsInside: boolean;
  /** Whether graphs above 256 sequences are captured for every sixteenth, and not every eighth. */
  readonly coarserGraphs: boolean;
  /** Whether the second model runner estimates its graphs too; before, it said 0 and they came on top. */
  readonly v2GraphsInside: boolean;
  /** The sampler of the first model runner. */
  readonly sampler: Sampler;
  /** The sampler of the second. */
  readonly v2Sampler: Sampler;
  /** Whether the kernels of mixtures keep their workspace beside the sampler's peak. */
  readonly keepsExpertWorkspace: boolean;
  /** Which models the second model runner runs when nobody chooses. */
  readonly v2For: (model: RunnerModel) => boolean;
  /** Whether boards of 160 GiB and more take 16,384 tokens in a batch. */
  readonly largestTier: boolean;
  /** Whether a layer with a window keeps the tokens of all batches in flight, and not of one. */
  readonly keepsBatchesInFlight: boolean;
  /** What is kept of the states of a hybrid, whose prefixes are cached unless switched off from some release on. */
  readonly keptStates: KeptStates;
  /**
   * Whether it refuses to start where a batch has more sequences than there are Mamba cache blocks and graphs are
   * captured; before, it captured fewer of them.
   */
  readonly needsBlockPerSequence: boolean;
}

/** What the choice of the model runner goes by. */
export interface RunnerModel {
  /** Model type of the config. */
  readonly type: string;
  readonly isMoe: boolean;
  readonly isQuantized: boolean;
  /** Whether it has state-space or linear-attention layers. */
  readonly isHybrid: boolean;
}

const dense = ({ isMoe, isHybrid }: RunnerModel) => !isMoe && !isHybrid;
/** Types whose class is LlamaForCausalLM, MistralForCausalLM or Qwen3ForCausalLM. */
const PLAIN = ['llama', 'mistral', 'qwen3'];
const MOE_WITH_V2 = ['deepseek_v2', 'deepseek_v3', 'qwen2_moe'];

/**
 * Read in the wheels of vLLM 0.9.2 to 0.33.0: `config/cache.py` (gpu_memory_utilization), `envs.py`
 * (VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS, VLLM_USE_FLASHINFER_SAMPLER), `v1/sample/ops/topk_topp_sampler.py`
 * (apply_top_k_top_p takes a Triton kernel from 0.17), `config/vllm.py` (use_v2_model_runner),
 * `v1/worker/gpu/model_runner.py` (profile_cudagraph_memory returned 0 to 0.28; for_sampler_warmup from 0.33),
 * `v1/worker/workspace.py` (from 0.13), `engine/arg_utils.py` (get_batch_defaults), `config/vllm.py`
 * (max_in_flight_tokens, from 0.26; _set_cudagraph_sizes), `engine/arg_utils.py` (default_prefix_caching leaves
 * hybrids out at 0.26.0 and 0.27.1, and takes them in at 0.29.0; 0.28 counts as the latter),
 * `model_executor/models/config.py` (mamba_cache_mode "align" with it), `config/compilation.py`
 * (resolve_cudagraph_mode_and_sizes of 0.20.2 to 0.33.0, and adjust_cudagraph_sizes_for_mamba_cache of 0.19.1).
 */
export const VLLM_RELEASES: VllmRelease[] = (() => {
  const first: VllmRelease = {
    from: '0.8.0',
    defaultFraction: 0.9,
    graphsInside: false,
    coarserGraphs: false,
    v2GraphsInside: false,
    sampler: 'sort',
    v2Sampler: 'v2',
    v2For: () => false,
    keepsExpertWorkspace: false,
    largestTier: false,
    keepsBatchesInFlight: false,
    keptStates: 'last',
    needsBlockPerSequence: false,
  };
  const rows: VllmRelease[] = [first];
  const next = (from: string, change: Partial<VllmRelease>) => rows.push({ ...rows[rows.length - 1], from, ...change });
  next('0.12.0', { coarserGraphs: true });
  next('0.13.0', { keepsExpertWorkspace: true });
  next('0.17.0', { sampler: 'no-sort' });
  next('0.20.0', { defaultFraction: 0.92, graphsInside: true, needsBlockPerSequence: true });
  next('0.22.0', { v2For: ({ type, isQuantized }) => type === 'qwen3' && !isQuantized });
  next('0.23.0', { v2For: ({ type, isQuantized }) => PLAIN.includes(type) && !isQuantized });
  next('0.24.0', { v2For: ({ type }) => PLAIN.includes(type) || type === 'qwen2_moe' || type === 'deepseek_v2' });
  next('0.25.0', { v2For: model => dense(model) || MOE_WITH_V2.includes(model.type) });
  next('0.26.0', { keepsBatchesInFlight: true });
  next('0.28.0', { largestTier: true, keptStates: 'last-two' });
  next('0.29.0', { v2GraphsInside: true, v2For: () => true });
  next('0.33.0', { v2Sampler: 'v2-fp32' });
  return rows;
})();

/** The newest release whose code was read. */
export const NEWEST_VLLM = VLLM_RELEASES[VLLM_RELEASES.length - 1].from;

/** A release of vLLM by its version. */
export interface ChosenRelease {
  readonly release: VllmRelease;
  /** As asked for, or the newest that is known. */
  readonly version: string;
}

/** The row of a version; of the newest when none is given. */
export function vllmRelease(text: string | undefined): ChosenRelease {
  const version = readVersion(text ?? NEWEST_VLLM);
  if (version === undefined) { throw new Error(`engineVersion must be a version such as 0.19.0, got "${text}"`); }
  const release = [...VLLM_RELEASES].reverse().find(({ from }) => compareVersions(readVersion(from)!, version) <= 0)
    ?? VLLM_RELEASES[0];
  return { release, version: versionText(version) };
}
