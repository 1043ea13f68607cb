import { Rule } from '../rule';
import { CLAIM_RULES } from './claims';
import { DEVICE_CLASS_RULES } from './device-classes';
import { DRA_DRIVER_RULES } from './driver';
import { GPU_CLUSTER_RULES } from './gpu-cluster';
import { OPAQUE_CONFIG_RULES } from './opaque-configs';
import { SELECTOR_RULES } from './selectors';
import { TEMPLATE_SHARING_RULES } from './sharing-in-templates';

/** Rules about Dynamic Resource Allocation: the driver, the GPUCluster, classes, claims, selectors and settings. */
export const DRA_RULES: Rule[] = [
  ...DRA_DRIVER_RULES, ...GPU_CLUSTER_RULES, ...DEVICE_CLASS_RULES, ...CLAIM_RULES, ...SELECTOR_RULES, ...OPAQUE_CONFIG_RULES,
  ...TEMPLATE_SHARING_RULES,
];
