/** Fraction of the memory left after loading that TensorRT-LLM gives to its KV cache (KvCacheConfig: its documentation for 1.3.0rc27 and 1.4.0rc4, taken for all of 1.x). */
export const TRTLLM_DEFAULT_FRACTION = 0.9;

/** The largest batch and its tokens when nobody sets them (BuildConfig: max_batch_size, max_num_tokens; not read anew for each release). */
export const TRTLLM_DEFAULTS = { maxNumSeqs: 2048, maxNumBatchedTokens: 8192 };

/** Tokens in a page of its KV cache (KvCacheConfig: tokens_per_block). */
export const TRTLLM_PAGE = 32;
