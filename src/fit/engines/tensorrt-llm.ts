/**
 * Fraction of the memory left after loading that TensorRT-LLM gives to its KV cache: KvCacheConfig of
 * tensorrt_llm/llmapi/llm_args.py, where earlier versions leave it open and call 90 % the default, and later ones say
 * 0.9 (documentation of 1.3.0rc27 and 1.4.0rc4).
 */
export const TRTLLM_DEFAULT_FRACTION = 0.9;

/**
 * The largest batch and its tokens when nobody sets them: BuildConfig of NVIDIA/TensorRT-LLM@008b2b8
 * tensorrt_llm/builder.py, and max_batch_size of llmapi/llm_args.py. Other releases were not read.
 */
export const TRTLLM_DEFAULTS = { maxNumSeqs: 2048, maxNumBatchedTokens: 8192 };

/** Tokens in a page of its KV cache (KvCacheConfig: tokens_per_block). */
export const TRTLLM_PAGE = 32;
