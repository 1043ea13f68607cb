export { acknowledge } from './acknowledgement';
export { RULES, ruleTexts } from './all-rules';
export type { RuleText, Severity } from './rule';
export { runRules } from './run-rules';
export type { Finding } from './run-rules';
