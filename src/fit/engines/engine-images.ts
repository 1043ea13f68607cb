import { compareVersions, readVersion } from './engine-version';
import { InferenceEngine } from './inference-engine';

/** What an image says of the engine in it. */
export interface EngineOfImage {
  readonly engine: InferenceEngine;
  /** Left out where the tag does not say: none, `latest`, a nightly build. */
  readonly version?: string;
}

/**
 * Which vLLM a release of NIM for LLMs ships, as its release notes say
 * (docs.nvidia.com/nim/large-language-models/<tag>), and of NIM for VLMs 2.1.0
 * (docs.nvidia.com/nim/vision-language-models/2.1.0).
 */
const VLLM_OF_NIM: [tag: string, vllm: string][] = [
  ['2.0.1', '0.17.1'],
  ['2.0.2', '0.18.0'],
  ['2.0.3', '0.19.0'],
  ['2.0.4', '0.20.0'],
  ['2.0.5', '0.20.2'],
  ['2.0.8', '0.23.0'],
  ['2.0.9', '0.25.1'],
  ['2.1.0', '0.24.0'],
  ['2.1.4', '0.25.1'],
  ['2.1.5', '0.31.0'],
  ['2.1.6', '0.32.0'],
];
/** The same of the NIM that serves any model by SGLang. */
const SGLANG_OF_NIM: [tag: string, sglang: string][] = [['2.1.5', '0.5.21'], ['2.1.6', '0.5.22']];
const SGLANG_NIM = /(?:^|\/)sglang-model-free-nim$/;

/** Repositories of engines, by their last parts. */
const REPOSITORIES: [RegExp, InferenceEngine][] = [
  [/(?:^|\/)vllm-openai$/, InferenceEngine.VLLM],
  [/(?:^|\/)lmsysorg\/sglang$|(?:^|\/)sglang$/, InferenceEngine.SGLANG],
  [/(?:^|\/)tensorrt-llm(?:\/(?:release|devel))?$/, InferenceEngine.TRTLLM],
  [/(?:^|\/)llama\.cpp$/, InferenceEngine.LLAMA_CPP],
];

/**
 * The engine in an image and its version: the tag of an engine's own image, through NVIDIA's release notes for a NIM
 * for language models. A tag between two release notes counts as the earlier one.
 * @param image repository and tag; a digest beside the tag does not matter
 * @param isNim whether it is a NIM for language models
 * @returns undefined when the image is of none of these engines, or a NIM 1.x, whose profile chooses the engine
 */
export function engineOfImage(image: string, isNim: boolean): EngineOfImage | undefined {
  const named = image.split('@')[0];
  const [, repository, tag] = /^(.*?)(?::([^/:]+))?$/s.exec(named)!;
  if (SGLANG_NIM.test(repository)) { return ofNim(tag, SGLANG_OF_NIM, InferenceEngine.SGLANG); }
  if (isNim) { return ofNim(tag, VLLM_OF_NIM, InferenceEngine.VLLM); }
  const engine = REPOSITORIES.find(([pattern]) => pattern.test(repository))?.[1];
  return engine === undefined ? undefined : { engine, version: tag === undefined ? undefined : versionIn(tag, engine) };
}

/** As `engineOfImage`, its version alone, of vLLM where nothing else is said. */
export function engineVersionOfImage(image: string, isNim: boolean): string | undefined {
  return engineOfImage(image, isNim)?.version;
}

function ofNim(
  tag: string | undefined,
  table: [tag: string, version: string][],
  engine: InferenceEngine,
): EngineOfImage | undefined {
  const version = tag === undefined ? undefined : readVersion(tag);
  const row = version === undefined
    ? undefined
    : [...table].reverse().find(([from]) => compareVersions(readVersion(from)!, version) <= 0);
  return row === undefined ? undefined : { engine, version: row[1] };
}

/** Builds of llama.cpp are numbered: `server-cuda-b4719`. */
function versionIn(tag: string, engine: InferenceEngine): string | undefined {
  if (engine === InferenceEngine.LLAMA_CPP) { return /(?:^|-)(b\d{1,6})(?:$|-)/.exec(tag)?.[1]; }
  return readVersion(tag) === undefined ? undefined : tag.replace(/^v/, '');
}
