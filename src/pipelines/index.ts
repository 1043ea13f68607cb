export { NimRagPipeline } from './rag-pipeline';
export type { NimRagPipelineProps } from './rag-pipeline';
export { NimEndpoint } from './stages/endpoint';
export type { NimEndpointOptions } from './stages/endpoint';
export type { NimStagesProps } from './stages/pipeline-stages';
export { NimStagePlacement } from './stages/stage-placement';
export { NimVoicePipeline } from './voice-pipeline';
export type { NimVoicePipelineProps } from './voice-pipeline';
