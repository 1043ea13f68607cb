export type { FitAssumptions } from './assumptions';
export { engineVersionOfImage } from './engines/nim-engines';
export { FitVerdict } from './report/fit-report';
export type { FitComponent, FitReport } from './report/fit-report';
export {
  annotationFor, footprintAnnotations, MEMORY_ANNOTATION, memoryIn, MODEL_ANNOTATION, SERVING_ANNOTATION,
  servingIn,
} from './footprint-annotations';
export { GpuFit } from './gpu-fit';
export { GpuMemory } from './gpu-memory';
export { InferenceEngine, ModelFootprint } from './model-footprint';
export type { LlmServingOptions, NimFootprintOptions } from './model-footprint';
export { weightBytesOf } from './model-footprint';
export { nimFigures } from './nim-figures';
export { togetherMib, worstMeeting } from './turns';
