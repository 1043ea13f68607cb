import { GpuContainer } from '../../cluster';

/** Repositories of the engines that serve models: vLLM, SGLang, TGI, TensorRT-LLM, LMDeploy, llama.cpp, Ollama, and NIMs. */
const SERVING = /(?:^|\/)(?:vllm[^/]*|sglang|text-generation-inference|tgi|lmdeploy|llama\.cpp|ollama|tensorrt[-_]?llm[^/]*)(?:[:@/]|$)|^nvcr\.io\/nim\/|(?:^|\/)nim\//;

/** Builds of these for the processor. */
const FOR_CPU = /\bcpu\b|-cpu|cpu-/i;

/** Whether the image of a container is one that serves a model on a GPU. */
export function isServing({ image, args }: GpuContainer): boolean {
  if (image === undefined || FOR_CPU.test(image)) { return false; }
  return SERVING.test(image) || args.some(each => /(?:^|[\s/.])vllm(?:$|[\s.])|sglang\.launch_server/.test(each));
}
