import { compareVersions, readVersion } from './engine-version';

/** Which vLLM a release of NIM for LLMs ships, as its release notes say (docs.nvidia.com/nim/large-language-models/<tag>). */
const VLLM_OF_NIM: [tag: string, vllm: string][] = [
  ['2.0.1', '0.17.1'],
  ['2.0.2', '0.18.0'],
  ['2.0.3', '0.19.0'],
  ['2.0.4', '0.20.0'],
  ['2.0.5', '0.20.2'],
  ['2.0.8', '0.23.0'],
  ['2.0.9', '0.25.1'],
  ['2.1.5', '0.31.0'],
];

/**
 * The version of vLLM in an image: its own tag for vLLM's images, through NVIDIA's release notes for a language model NIM.
 * A tag between two release notes counts as the earlier one.
 * @param image repository and tag; a digest beside the tag does not matter
 * @param isNim whether it is a language model NIM
 * @returns undefined when neither says: no tag, `latest`, or a NIM 1.x, whose profile chooses the engine
 */
export function engineVersionOfImage(image: string, isNim: boolean): string | undefined {
  const named = image.split('@')[0];
  const tag = /:([^/:]+)$/.exec(named)?.[1];
  const version = tag === undefined ? undefined : readVersion(tag);
  if (version === undefined) { return undefined; }
  if (!isNim) { return named.split('/').pop()!.startsWith('vllm-openai:') ? tag!.replace(/^v/, '') : undefined; }
  return [...VLLM_OF_NIM].reverse().find(([from]) => compareVersions(readVersion(from)!, version) <= 0)?.[1];
}
