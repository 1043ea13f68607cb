import { DEVICE_PLUGIN_RULES } from './device-plugin/device-plugin';
import { DEVICE_PLUGIN_CONFIG_MAP_RULES } from './device-plugin/device-plugin-config-map';
import { DEVICE_PLUGIN_VALUE_RULES } from './device-plugin/device-plugin-values';
import { MPS_RULES } from './device-plugin/mps';
import { SHARING_RULES } from './device-plugin/sharing';
import { CLAIM_REQUEST_RULES } from './dra/claim-requests';
import { CLAIM_RULES } from './dra/claims';
import { DEVICE_CLASS_RULES } from './dra/device-classes';
import { DEVICE_TAINT_RULES } from './dra/device-taints';
import { CONSUMABLE_SHARES_RULES } from './dra/driver/consumable-shares';
import { DYNAMIC_MIG_RULES } from './dra/driver/dynamic-mig';
import { DRIVER_GATE_RULES } from './dra/driver/gates';
import { GPU_CLUSTER_RULES } from './dra/driver/gpu-cluster';
import { TWO_ALLOCATORS_RULES } from './dra/driver/two-allocators';
import { MPS_CONFIG_RULES } from './dra/mps-configs';
import { OPAQUE_CONFIG_RULES } from './dra/opaque-configs';
import { SELECTOR_RULES } from './dra/selectors';
import { TEMPLATE_SHARING_RULES } from './dra/sharing-in-templates';
import { GPU_FRACTION_RULES } from './frameworks/gpu-fractions';
import { RAY_AND_KSERVE_RULES } from './frameworks/ray-and-kserve';
import { CHART_REPOSITORY_RULES } from './manifests/chart-repositories';
import { CHART_VALUE_RULES } from './manifests/chart-values';
import { IDENTITY_RULES } from './manifests/identity';
import { REFERENCE_RULES } from './manifests/references';
import { SECURITY_RULES } from './manifests/security';
import { BOARD_RULES } from './mig-parted/boards';
import { CONFIG_MAP_RULES } from './mig-parted/config-maps';
import { MIG_PARTED_FILE_RULES } from './mig-parted/file';
import { GPU_INDEX_RULES } from './mig-parted/gpu-indices';
import { LAYOUT_RULES } from './mig-parted/layouts';
import { OVERLAP_RULES } from './mig-parted/overlapping-entries';
import { SHIPPED_NAME_RULES } from './mig-parted/shipped-names';
import { MIG_PARTED_KEY_RULES } from './mig-parted/yaml-keys';
import { NIM_CACHE_SOURCE_RULES } from './nim/cache-source';
import { NIM_CLAIM_DEVICE_RULES } from './nim/claim-devices';
import { NIM_EXPOSURE_RULES } from './nim/exposure';
import { NIM_KSERVE_RULES } from './nim/kserve';
import { NIM_MULTI_NODE_RULES } from './nim/multi-node';
import { NIM_CACHE_RULES } from './nim/nim-cache';
import { NIM_CLAIM_RULES } from './nim/nim-claims';
import { NIM_PIPELINE_RULES } from './nim/nim-pipeline';
import { NIM_IMAGE_AND_SCALE_RULES } from './nim/service/image-and-scale';
import { NIM_MODEL_ON_SLICE_RULES } from './nim/service/model-on-slice';
import { NIM_GENERATION_RULES } from './nim/service/nim-generation';
import { NIM_PROBE_AND_PORT_RULES } from './nim/service/probes-and-ports';
import { NIM_RENDERING_RULES } from './nim/service/rendering';
import { NIM_RESOURCE_RULES } from './nim/service/resources';
import { NIM_STORAGE_RULES } from './nim/service/storage';
import { CLUSTER_POLICY_RULES } from './operator/cluster-policy';
import { DRIVER_RULES } from './operator/driver';
import { FEATURE_EXPRESSION_RULES } from './operator/feature-expressions';
import { LABEL_RULES } from './operator/labels';
import { NFD_WORKER_RULES } from './operator/nfd-workers';
import { NODE_FEATURE_RULES } from './operator/node-features';
import { SANDBOX_WORKLOAD_RULES } from './operator/sandbox-workloads';
import { STRATEGY_RULES } from './operator/strategy';
import { TOOLKIT_PATH_RULES } from './operator/toolkit-paths';
import { CAPACITY_RULES } from './pods/capacity';
import { CONTAINER_TEXT_RULES } from './pods/container-texts';
import { GPU_LABEL_RULES } from './pods/gpu-labels';
import { GPU_USE_RULES } from './pods/gpu-use';
import { HOST_MEMORY_RULES } from './pods/host-memory';
import { MEMORY_RULES } from './pods/memory';
import { MEMORY_FRACTION_RULES } from './pods/memory-fraction';
import { NODE_SELECTION_RULES } from './pods/node-selection';
import { POD_PLACEMENT_RULES } from './pods/pod-placement';
import { POD_RESOURCE_RULES } from './pods/pod-resources';
import { POD_RULES } from './pods/pods';
import { SERVING_RULES } from './pods/serving';
import { STATE_BLOCK_RULES } from './pods/state-blocks';
import { CheckedRule, isChecked, Rule } from './rule';
import { SCHEMA_RULES } from './schema/schema';
import { QUEUE_RULES } from './tenancy/queues';
import { QUOTA_RULES } from './tenancy/quotas';

/** Every rule, family by family, and by number within a prefix such as MIG. */
export const RULES: readonly Rule[] = byNumber([
  ...MIG_PARTED_FILE_RULES,
  ...MIG_PARTED_KEY_RULES,
  ...BOARD_RULES,
  ...CONFIG_MAP_RULES,
  ...OVERLAP_RULES,
  ...SHIPPED_NAME_RULES,
  ...GPU_INDEX_RULES,
  ...STRATEGY_RULES,
  ...DEVICE_PLUGIN_RULES,
  ...SHARING_RULES,
  ...DEVICE_PLUGIN_CONFIG_MAP_RULES,
  ...DEVICE_PLUGIN_VALUE_RULES,
  ...MPS_RULES,
  ...POD_RULES,
  ...POD_RESOURCE_RULES,
  ...POD_PLACEMENT_RULES,
  ...NODE_SELECTION_RULES,
  ...GPU_USE_RULES,
  ...SERVING_RULES,
  ...CONTAINER_TEXT_RULES,
  ...GPU_LABEL_RULES,
  ...RAY_AND_KSERVE_RULES,
  ...GPU_FRACTION_RULES,
  ...CLUSTER_POLICY_RULES,
  ...SANDBOX_WORKLOAD_RULES,
  ...TOOLKIT_PATH_RULES,
  ...DRIVER_RULES,
  ...NODE_FEATURE_RULES,
  ...FEATURE_EXPRESSION_RULES,
  ...NFD_WORKER_RULES,
  ...LABEL_RULES,
  ...MEMORY_RULES,
  ...MEMORY_FRACTION_RULES,
  ...HOST_MEMORY_RULES,
  ...STATE_BLOCK_RULES,
  ...NIM_IMAGE_AND_SCALE_RULES,
  ...NIM_RESOURCE_RULES,
  ...NIM_MODEL_ON_SLICE_RULES,
  ...NIM_RENDERING_RULES,
  ...NIM_STORAGE_RULES,
  ...NIM_PROBE_AND_PORT_RULES,
  ...NIM_EXPOSURE_RULES,
  ...NIM_KSERVE_RULES,
  ...NIM_MULTI_NODE_RULES,
  ...NIM_CLAIM_RULES,
  ...NIM_CLAIM_DEVICE_RULES,
  ...NIM_CACHE_SOURCE_RULES,
  ...NIM_CACHE_RULES,
  ...NIM_PIPELINE_RULES,
  ...NIM_GENERATION_RULES,
  ...DRIVER_GATE_RULES,
  ...CONSUMABLE_SHARES_RULES,
  ...DYNAMIC_MIG_RULES,
  ...TWO_ALLOCATORS_RULES,
  ...MPS_CONFIG_RULES,
  ...CLAIM_REQUEST_RULES,
  ...GPU_CLUSTER_RULES,
  ...DEVICE_CLASS_RULES,
  ...CLAIM_RULES,
  ...TEMPLATE_SHARING_RULES,
  ...SELECTOR_RULES,
  ...OPAQUE_CONFIG_RULES,
  ...DEVICE_TAINT_RULES,
  ...LAYOUT_RULES,
  ...CAPACITY_RULES,
  ...QUOTA_RULES,
  ...QUEUE_RULES,
  ...REFERENCE_RULES,
  ...CHART_REPOSITORY_RULES,
  ...CHART_VALUE_RULES,
  ...SCHEMA_RULES,
  ...IDENTITY_RULES,
  ...SECURITY_RULES,
]);

/** The rules that manifests can show. */
export const CHECKED_RULES: readonly CheckedRule[] = RULES.filter(isChecked);

/** A prefix may have several files. */
function byNumber(rules: readonly Rule[]): Rule[] {
  const prefixes = [...new Set(rules.map(({ id }) => prefixOf(id)))];
  const place = new Map(prefixes.map((prefix, index) => [prefix, index]));
  const placeOf = ({ id }: Rule) => place.get(prefixOf(id))! * 1000 + Number(id.slice(prefixOf(id).length + 1));
  return [...rules].sort((a, b) => placeOf(a) - placeOf(b));
}

function prefixOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}
