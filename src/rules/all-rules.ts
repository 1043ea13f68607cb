import { CLUSTER_POLICY_RULES } from './cluster-policy';
import { DEVICE_PLUGIN_RULES } from './device-plugin';
import { MEMORY_RULES } from './memory';
import { MIG_PARTED_RULES } from './mig-parted';
import { MPS_RULES } from './mps';
import { POD_RULES } from './pods';
import { Rule, RuleText } from './rule';
import { SCHEMA_RULES } from './schema';
import { STRATEGY_RULES } from './strategy';

/** Every check. */
export const RULES: Rule[] = [
  ...MIG_PARTED_RULES, ...STRATEGY_RULES, ...DEVICE_PLUGIN_RULES, ...MPS_RULES, ...POD_RULES, ...CLUSTER_POLICY_RULES, ...MEMORY_RULES,
  ...SCHEMA_RULES,
];

/** What every check says and why, in the order of the ids. */
export function ruleTexts(): RuleText[] {
  /* eslint-disable @typescript-eslint/no-require-imports -- sentences are long, and read only when somebody asks for them */
  const { GPU_OPERATOR_RULES } = require('./catalogue/gpu-operator') as typeof import('./catalogue/gpu-operator');
  const { MEMORY_RULE_TEXTS } = require('./catalogue/memory') as typeof import('./catalogue/memory');
  const { SCHEMA_RULE_TEXTS } = require('./catalogue/schema') as typeof import('./catalogue/schema');
  return [...GPU_OPERATOR_RULES, ...MEMORY_RULE_TEXTS, ...SCHEMA_RULE_TEXTS];
}
