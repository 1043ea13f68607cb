import { compareVersions, EngineVersion, readVersion, versionText } from './engine-version';
import { InferenceEngine } from './inference-engine';
import { NEWEST_SGLANG } from './sglang';
import { SGLANG_RELEASES } from './sglang-releases';
import { NEWEST_VLLM, VLLM_RELEASES } from './vllm-releases';

/** The release of an engine that is counted with, and what is not certain about it. */
export interface CountedRelease {
  /** As asked for, or the newest that is known; undefined where releases do not differ. */
  readonly version?: string;
  readonly notes: string[];
}

/** From which release on an engine's memory is known, and until which. */
interface KnownReleases {
  readonly name: string;
  readonly first: string;
  readonly newest: string;
}

/**
 * vLLM and SGLang: the wheels that were read. TensorRT-LLM: 0.9 of what is free after loading is the default from 1.0
 * to 1.4.0rc4 (KvCacheConfig of its llm-api reference). llama.cpp: batches of 2,048 and 512 tokens, a margin of 1,024
 * MiB (common/common.h at ggml-org/llama.cpp@001d906); its builds are numbered, and none is known to differ.
 */
const KNOWN: Partial<Record<InferenceEngine, KnownReleases>> = {
  [InferenceEngine.VLLM]: { name: 'vLLM', first: VLLM_RELEASES[0].from, newest: NEWEST_VLLM },
  [InferenceEngine.SGLANG]: { name: 'SGLang', first: SGLANG_RELEASES[0].from, newest: NEWEST_SGLANG },
  [InferenceEngine.TRTLLM]: { name: 'TensorRT-LLM', first: '1.0.0', newest: '1.4.0' },
};

/**
 * What is counted with.
 * @throws when the text is no version
 */
export function countedRelease(engine: InferenceEngine, text: string | undefined): CountedRelease {
  const known = KNOWN[engine];
  if (text === undefined) { return { version: known?.newest, notes: [] }; }
  if (engine === InferenceEngine.LLAMA_CPP && /^b\d{1,6}$/.test(text)) { return { version: text, notes: [] }; }
  const version = readVersion(text);
  const example = engine === InferenceEngine.LLAMA_CPP ? 'b4719' : known?.newest ?? '2.0.0';
  if (version === undefined) { throw new Error(`engineVersion must be a version such as ${example}, got "${text}"`); }
  return { version: versionText(version), notes: known === undefined ? [] : notesOn(version, text, known) };
}

function notesOn(version: EngineVersion, text: string, { name, first, newest }: KnownReleases): string[] {
  const last = readVersion(newest)!;
  if (compareVersions(version, readVersion(first)!) < 0) {
    return [`${name} ${text} is older than ${first}, from which figures are known`];
  }
  const isAhead = name === 'SGLang'
    ? compareVersions(version, last) > 0
    : version.major !== last.major || version.minor > last.minor;
  return isAhead
    ? [`${name} ${text} is newer than ${newest}, the last whose memory is known, and counted like it`]
    : [];
}

/** Name of an engine in messages. */
export function engineName(engine: InferenceEngine): string {
  return KNOWN[engine]?.name ?? engine;
}
