import { DEVICE_PLUGIN_RULES } from './device-plugin/device-plugin';
import { DEVICE_PLUGIN_CONFIG_MAP_RULES } from './device-plugin/device-plugin-config-map';
import { DEVICE_PLUGIN_VALUE_RULES } from './device-plugin/device-plugin-values';
import { MPS_RULES } from './device-plugin/mps';
import { DRA_RULES } from './dra';
import { IDENTITY_RULES } from './manifests/identity';
import { REFERENCE_RULES } from './manifests/references';
import { SECURITY_RULES } from './manifests/security';
import { MIG_PARTED_RULES } from './mig-parted';
import { LAYOUT_RULES } from './mig-parted/layouts';
import { NIM_PLATFORM_RULES } from './nim/multi-node';
import { NIM_CACHE_RULES } from './nim/nim-cache';
import { NIM_CLAIM_RULES } from './nim/nim-claims';
import { NIM_PIPELINE_RULES } from './nim/nim-pipeline';
import { NIM_SERVICE_RULES } from './nim/service';
import { CLUSTER_POLICY_RULES } from './operator/cluster-policy';
import { DRIVER_RULES } from './operator/driver';
import { LABEL_RULES } from './operator/labels';
import { NODE_FEATURE_RULES } from './operator/node-features';
import { STRATEGY_RULES } from './operator/strategy';
import { CAPACITY_RULES } from './pods/capacity';
import { MEMORY_RULES } from './pods/memory';
import { POD_RULES } from './pods/pods';
import { Rule, RuleText } from './rule';
import { SCHEMA_RULES } from './schema/schema';

/** Every check. */
export const RULES: Rule[] = [
  ...MIG_PARTED_RULES,
  ...STRATEGY_RULES,
  ...DEVICE_PLUGIN_RULES,
  ...DEVICE_PLUGIN_VALUE_RULES,
  ...DEVICE_PLUGIN_CONFIG_MAP_RULES,
  ...MPS_RULES,
  ...POD_RULES,
  ...CLUSTER_POLICY_RULES,
  ...DRIVER_RULES,
  ...NODE_FEATURE_RULES,
  ...LABEL_RULES,
  ...MEMORY_RULES,
  ...NIM_SERVICE_RULES,
  ...NIM_PLATFORM_RULES,
  ...NIM_CLAIM_RULES,
  ...NIM_CACHE_RULES,
  ...NIM_PIPELINE_RULES,
  ...DRA_RULES,
  ...LAYOUT_RULES,
  ...CAPACITY_RULES,
  ...REFERENCE_RULES,
  ...SCHEMA_RULES,
  ...IDENTITY_RULES,
  ...SECURITY_RULES,
];

/** What every check says and why, by area, and what is known of that no manifest can show. */
export function ruleTexts(): RuleText[] {
  /* eslint-disable @typescript-eslint/no-require-imports -- sentences are long, and read only when somebody asks for them */
  const { MIG_PARTED_RULE_TEXTS } = require('./catalogue/mig-parted') as typeof import('./catalogue/mig-parted');
  const { STRATEGY_RULE_TEXTS } = require('./catalogue/strategy') as typeof import('./catalogue/strategy');
  const { DEVICE_PLUGIN_RULE_TEXTS } = require('./catalogue/device-plugin') as typeof import('./catalogue/device-plugin');
  const { DEVICE_PLUGIN_VALUE_RULE_TEXTS } = require('./catalogue/device-plugin-values') as typeof import('./catalogue/device-plugin-values');
  const { MPS_RULE_TEXTS } = require('./catalogue/mps') as typeof import('./catalogue/mps');
  const { POD_RULE_TEXTS } = require('./catalogue/pods') as typeof import('./catalogue/pods');
  const { CLUSTER_POLICY_RULE_TEXTS } = require('./catalogue/cluster-policy') as typeof import('./catalogue/cluster-policy');
  const { DRIVER_RULE_TEXTS } = require('./catalogue/driver') as typeof import('./catalogue/driver');
  const { NODE_FEATURE_RULE_TEXTS } = require('./catalogue/node-features') as typeof import('./catalogue/node-features');
  const { LABEL_RULE_TEXTS } = require('./catalogue/labels') as typeof import('./catalogue/labels');
  const { MEMORY_RULE_TEXTS } = require('./catalogue/memory') as typeof import('./catalogue/memory');
  const { NIM_SERVICE_RULE_TEXTS } = require('./catalogue/nim-service') as typeof import('./catalogue/nim-service');
  const { NIM_PLATFORM_RULE_TEXTS } = require('./catalogue/nim-platform') as typeof import('./catalogue/nim-platform');
  const { NIM_CLAIM_RULE_TEXTS } = require('./catalogue/nim-claims') as typeof import('./catalogue/nim-claims');
  const { NIM_CACHE_RULE_TEXTS } = require('./catalogue/nim-cache') as typeof import('./catalogue/nim-cache');
  const { NIM_PIPELINE_RULE_TEXTS } = require('./catalogue/nim-pipeline') as typeof import('./catalogue/nim-pipeline');
  const { DRA_RULE_TEXTS } = require('./catalogue/dra') as typeof import('./catalogue/dra');
  const { LAYOUT_RULE_TEXTS } = require('./catalogue/layouts') as typeof import('./catalogue/layouts');
  const { CAPACITY_RULE_TEXTS } = require('./catalogue/capacity') as typeof import('./catalogue/capacity');
  const { REFERENCE_RULE_TEXTS } = require('./catalogue/references') as typeof import('./catalogue/references');
  const { SCHEMA_RULE_TEXTS } = require('./catalogue/schema') as typeof import('./catalogue/schema');
  const { IDENTITY_RULE_TEXTS } = require('./catalogue/identity') as typeof import('./catalogue/identity');
  const { SECURITY_RULE_TEXTS } = require('./catalogue/security') as typeof import('./catalogue/security');
  return [
    ...MIG_PARTED_RULE_TEXTS,
    ...STRATEGY_RULE_TEXTS,
    ...DEVICE_PLUGIN_RULE_TEXTS,
    ...DEVICE_PLUGIN_VALUE_RULE_TEXTS,
    ...MPS_RULE_TEXTS,
    ...POD_RULE_TEXTS,
    ...CLUSTER_POLICY_RULE_TEXTS,
    ...DRIVER_RULE_TEXTS,
    ...NODE_FEATURE_RULE_TEXTS,
    ...LABEL_RULE_TEXTS,
    ...MEMORY_RULE_TEXTS,
    ...NIM_SERVICE_RULE_TEXTS,
    ...NIM_PLATFORM_RULE_TEXTS,
    ...NIM_CLAIM_RULE_TEXTS,
    ...NIM_CACHE_RULE_TEXTS,
    ...NIM_PIPELINE_RULE_TEXTS,
    ...DRA_RULE_TEXTS,
    ...LAYOUT_RULE_TEXTS,
    ...CAPACITY_RULE_TEXTS,
    ...REFERENCE_RULE_TEXTS,
    ...SCHEMA_RULE_TEXTS,
    ...IDENTITY_RULE_TEXTS,
    ...SECURITY_RULE_TEXTS,
  ];
}
