/** The server that runs the model, which decides how it takes its memory. */
export enum InferenceEngine {
  /** vLLM, and NIMs built on it: a fraction of the memory that it sees, for everything. */
  VLLM = 'vllm',
  /** TensorRT-LLM: a fraction of what is left after loading, for the KV cache. */
  TRTLLM = 'trtllm',
  /** SGLang: a fraction of the memory that it sees, for weights and KV cache. */
  SGLANG = 'sglang',
  /** Triton or Riva: what the profile takes, in a table. */
  TRITON = 'triton',
  /** llama.cpp: what the context that was asked for takes. */
  LLAMA_CPP = 'llama.cpp',
}
