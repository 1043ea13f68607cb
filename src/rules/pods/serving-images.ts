import { GpuContainer } from '../../cluster';
import { engineOfImage, InferenceEngine } from '../../fit';

/**
 * Repositories of the engines that serve models: vLLM, SGLang, TGI, TensorRT-LLM, LMDeploy, llama.cpp, Ollama, and
 * NIMs.
 */
const SERVING = /(?:^|\/)(?:vllm[^/]*|sglang|text-generation-inference|tgi|lmdeploy|llama\.cpp|ollama|tensorrt[-_]?llm[^/]*)(?:[:@/]|$)|^nvcr\.io\/nim\/|(?:^|\/)nim\//;

/** Builds of these for the processor. */
const FOR_CPU = /\bcpu\b|-cpu|cpu-/i;

/** Programs of engines, as the first words of a command name them. */
const PROGRAMS: [RegExp, InferenceEngine][] = [
  [/(?:^|[\s/.])vllm(?:$|[\s.])/, InferenceEngine.VLLM],
  [/sglang\.launch_server|(?:^|[\s/])sglang(?:$|\s)/, InferenceEngine.SGLANG],
  [/(?:^|[\s/])trtllm-serve(?:$|\s)/, InferenceEngine.TRTLLM],
  [/(?:^|[\s/])llama-server(?:$|\s)/, InferenceEngine.LLAMA_CPP],
];

/** Whether the image of a container is one that serves a model on a GPU. */
export function isServing({ image, args }: GpuContainer): boolean {
  if (image === undefined || FOR_CPU.test(image)) { return false; }
  return SERVING.test(image) || args.some(each => /(?:^|[\s/.])vllm(?:$|[\s.])|sglang\.launch_server/.test(each));
}

/**
 * The engine that a container runs, by its image, else by its command; undefined for those whose memory is not known
 * here.
 */
export function engineOf({ image = '', args }: GpuContainer): InferenceEngine | undefined {
  const own = engineOfImage(image, false)?.engine;
  return own
    ?? PROGRAMS.find(([pattern]) => args.some(each => pattern.test(each)))?.[1]
    ?? (/vllm/.test(image) ? InferenceEngine.VLLM : undefined);
}
