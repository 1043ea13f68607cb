export * from './endpoint';
export type { NimStagesProps } from './pipeline-stages';
export { NimStagePlacement } from './stage-placement';
