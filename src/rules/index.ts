export { acknowledge } from './acknowledgement';
export { containerFits } from './pods/memory';
export type { ContainerFit } from './pods/memory';
export { CHECKED_RULES, RULES } from './all-rules';
export type { Rule, Severity } from './rule';
export { runRules } from './run-rules';
export type { Finding } from './finding';
export { asStrictApply } from './strict-apply';
