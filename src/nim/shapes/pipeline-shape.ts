import { NIM_SERVICE, NIM_STAGE, VERSION } from './service-shape';
import { FLAG, listOf, made, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT } from './shape';
import { NimPipelineDependency, NimPipelineProps, NimPipelineService } from '../nim-pipeline';
import { NimRagPipelineProps } from '../nim-rag-pipeline';
import { NimVoicePipelineProps } from '../nim-voice-pipeline';
import { NimStagesProps } from '../stages/pipeline-stages';
import { NimStagePlacement } from '../stages/stage-placement';

export const NIM_PIPELINE: Shape<NimPipelineProps> = {
  services: needed(listOf(struct<NimPipelineService>({
    name: needed(TEXT),
    service: needed(struct(NIM_SERVICE)),
    enabled: FLAG,
    dependencies: listOf(struct<NimPipelineDependency>({ name: needed(TEXT), envName: needed(TEXT), envValue: TEXT, port: NUMBER })),
  }))),
  nimOperator: VERSION,
  name: TEXT,
};

const CALLER = made('a NimCaller, such as NimCaller.pods({ app: \'voice-agent\' })', '_toPeer');
const ENDPOINT = made('a NimEndpoint, such as NimEndpoint.of({ url: \'http://llm.voice.svc:8000\' })', 'environment');
const STAGE = struct(NIM_STAGE);

const STAGES: Shape<NimStagesProps> = {
  authSecret: TEXT, pullSecrets: listOf(TEXT), callers: listOf(CALLER), monitor: CALLER, placement: oneOf(NimStagePlacement), nimOperator: VERSION,
};

export const VOICE_PIPELINE: Shape<NimVoicePipelineProps> = {
  ...STAGES, asr: STAGE, asrEndpoint: ENDPOINT, llm: STAGE, llmEndpoint: ENDPOINT, tts: STAGE, ttsEndpoint: ENDPOINT,
};

export const RAG_PIPELINE: Shape<NimRagPipelineProps> = {
  ...STAGES,
  llm: STAGE,
  llmEndpoint: ENDPOINT,
  embedding: STAGE,
  embeddingEndpoint: ENDPOINT,
  reranker: STAGE,
  rerankerEndpoint: ENDPOINT,
  guardrails: mapOf(STAGE),
  guardrailEndpoints: mapOf(ENDPOINT),
  ingestion: mapOf(STAGE),
};
