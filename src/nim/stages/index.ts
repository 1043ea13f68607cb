export { NimCaller } from './nim-caller';
export * from './nim-endpoint';
export type { NimStagesProps } from './pipeline-stages';
export { NimStagePlacement } from './stage-placement';
