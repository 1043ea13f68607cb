import {
  BenchmarkConversation, BenchmarkFaultKind, BenchmarkPlacementSource, BenchmarkSecret, BenchmarkTargets,
} from './benchmark-options';
import { BenchmarkProps } from './benchmark-props';
import { BenchmarkFault, BenchmarkFaultTenant } from './fault/fault-tenant';
import { NimBenchmarkProps } from './nim-benchmark-props';
import { VoicePipelineBenchmarkProps } from './voice-pipeline-benchmark-props';
import { FLAG, listOf, made, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT } from '../props';

const TARGETS: Shape<BenchmarkTargets> = {
  firstAudioMs: NUMBER,
  asrFinalMs: NUMBER,
  firstTokenMs: NUMBER,
  interTokenMs: NUMBER,
  firstPieceMs: NUMBER,
  underruns: NUMBER,
};

const CONVERSATION: Shape<BenchmarkConversation> = {
  sentences: listOf(TEXT),
  soundClaim: TEXT,
  language: TEXT,
  systemPrompt: TEXT,
  answerTokens: NUMBER,
  fixedLength: FLAG,
  speechRateHz: NUMBER,
};

const PLACEMENT: Shape<BenchmarkPlacementSource> = { exporters: listOf(TEXT), prometheus: TEXT };

const SECRET: Shape<BenchmarkSecret> = { secret: needed(TEXT), key: needed(TEXT) };

const TENANT: Shape<BenchmarkFaultTenant> = {
  arm: needed(TEXT),
  slice: needed(made('a slice of a pool, such as pool.slice(\'3g.40gb\')', 'access')),
};

const FAULT: Shape<BenchmarkFault> = {
  kind: needed(oneOf(BenchmarkFaultKind)),
  tenants: needed(listOf(struct(TENANT))),
  image: TEXT,
};

const ARMS = needed(listOf(made(
  'an arm such as BenchmarkArm.ofPipeline(...) or BenchmarkArm.ofEndpoints(...)',
  '_needs',
)));

const EVERY: Shape<BenchmarkProps> = {
  repetitions: NUMBER,
  seed: NUMBER,
  targets: struct(TARGETS),
  conversation: struct(CONVERSATION),
  placement: struct(PLACEMENT),
  resultsClaim: TEXT,
  nodeSelector: mapOf(TEXT),
  readySeconds: NUMBER,
};

/** What the props of a benchmark of voice must be, before anything is made of them. */
export const BENCHMARK: Shape<VoicePipelineBenchmarkProps> = {
  ...EVERY,
  arms: ARMS,
  loads: listOf(made('a load such as BenchmarkLoad.closed(...), or BenchmarkLoad.reference()', '_wholeSeconds')),
  fault: struct(FAULT),
  llmApiKey: struct(SECRET),
  image: TEXT,
};

/** What the props of a benchmark of one kind of server must be. */
export const NIM_BENCHMARK: Shape<NimBenchmarkProps> = {
  ...EVERY,
  arms: ARMS,
  concurrencies: listOf(NUMBER),
  requestsPerSecond: listOf(NUMBER),
  seconds: NUMBER,
  warmUpSeconds: NUMBER,
  promptWords: NUMBER,
  answerTokens: NUMBER,
  fixedLength: FLAG,
  apiKey: struct(SECRET),
  image: TEXT,
  pullSecrets: listOf(TEXT),
};
