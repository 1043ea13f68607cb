export type { FitAssumptions } from './assumptions';
export { engineOfImage, engineVersionOfImage } from './engines/engine-images';
export { FitVerdict } from './report/fit-report';
export type { FitComponent, FitReport } from './report/fit-report';
export {
  annotationFor, footprintAnnotations, MEMORY_ANNOTATION, memoryIn, MODEL_ANNOTATION, SERVING_ANNOTATION,
  servingIn,
} from './footprint-annotations';
export { GpuFit } from './gpu-fit';
export { GpuMemory } from './gpu-memory';
export { InferenceEngine } from './engines/inference-engine';
export { ModelFootprint } from './model-footprint';
export type { LlmServingOptions, NimFootprintOptions } from './model-footprint';
export { weightBytesOf } from './model-footprint';
export { nimFigures } from './nim-figures';
export { togetherMib, worstMeeting } from './turns';
