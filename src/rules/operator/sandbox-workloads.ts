import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, Path, textOf } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

const WORKLOAD_LABEL = 'nvidia.com/gpu.workload.config';

/**
 * What the operator runs on the nodes of each kind of virtual machine (gpu-operator controllers/state_manager.go
 * gpuStateLabels).
 */
const COMPONENTS: Readonly<Record<string, readonly string[]>> = {
  'vm-passthrough': ['vfioManager', 'sandboxDevicePlugin'],
  'vm-vgpu': ['vgpuManager', 'vgpuDeviceManager', 'sandboxDevicePlugin'],
};

/**
 * What the chart switches on by itself (gpu-operator deployments/gpu-operator/values.yaml); of a whole ClusterPolicy,
 * nothing is.
 */
const ON_IN_CHART = ['vfioManager', 'sandboxDevicePlugin', 'vgpuDeviceManager'];

/** Where sandbox workloads are set up: whole ClusterPolicies, and values of the chart. */
function* settings(model: ClusterModel): Generator<{ document: ManifestDocument; above: Path; ofChart: boolean }> {
  for (const document of model.policies) {
    if (document.annotations['cdk8s-gpu/form'] !== 'partial' && model.policyIsWhole) {
      yield { document, above: ['spec'], ofChart: false };
    }
  }
  for (const document of model.valuesOf('gpu-operator')) { yield { document, above: ['values'], ofChart: true }; }
}

/** The kinds of virtual machines that nodes are for: by their label, or by default. */
function wantedBy(model: ClusterModel, set: unknown): string[] {
  const standard = textOf(at(set, 'sandboxWorkloads', 'defaultWorkload')) ?? 'container';
  const named = model.labelValues(WORKLOAD_LABEL).map(({ value }) => value);
  return [...new Set([standard, ...named])].filter(each => Object.hasOwn(COMPONENTS, each)).sort();
}

/** Rules about GPUs for virtual machines. */
export const SANDBOX_WORKLOAD_RULES: Rule[] = [
  defineRule({
    id: 'CP-011',
    name: 'sandbox-component-disabled',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'where nodes are for virtual machines, what prepares their GPUs is enabled: vfioManager and '
      + 'sandboxDevicePlugin for vm-passthrough, vgpuManager, vgpuDeviceManager and sandboxDevicePlugin for vm-vgpu',
    why: 'the nodes get neither these nor the device plugin for containers, so that nothing hands their GPUs out. In a '
      + 'ClusterPolicy each is off unless it says enabled: true; the chart switches on all but vgpuManager',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/nvidia/v1/clusterpolicy_types.go (IsEnabled); '
      + 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go isStateEnabled, gpuStateLabels',
    *check(model) {
      for (const { document, above, ofChart } of settings(model)) {
        const set = at(document.value, ...above);
        if (at(set, 'sandboxWorkloads', 'enabled') !== true) { continue; }
        const isKata = at(set, 'sandboxWorkloads', 'mode') === 'kata';
        for (const workload of wantedBy(model, set)) {
          const off = COMPONENTS[workload].filter(each => !(isKata && each === 'sandboxDevicePlugin'))
            .filter(each =>
              at(set, each, 'enabled') !== true
                && (!ofChart || !ON_IN_CHART.includes(each) || at(set, each, 'enabled') === false));
          if (off.length === 0) { continue; }
          yield {
            document,
            path: [...above, 'sandboxWorkloads', 'enabled'],
            message: `nodes are for ${workload}, and ${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} not `
              + 'enabled: nothing hands out their GPUs',
            fix: `write ${off.map(each => `${each}: {enabled: true}`).join(' and ')}`,
          };
        }
      }
    },
  }),
  defineRule({
    id: 'CP-012',
    name: 'workload-label-without-sandbox',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a node with nvidia.com/gpu.workload.config=vm-* is beside a ClusterPolicy with '
      + 'sandboxWorkloads.enabled: true',
    why: 'the operator does not read the label otherwise, and prepares the node for containers',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go getWorkloadConfig',
    *check(model) {
      if (!model.policyIsWhole || model.policies.some(({ spec }) => at(spec, 'sandboxWorkloads', 'enabled') === true)) {
        return;
      }
      for (const {
        document,
        path,
        value,
      } of model.labelValues(WORKLOAD_LABEL).filter(each => each.value.startsWith('vm-'))) {
        yield {
          document,
          path,
          message: `${WORKLOAD_LABEL}=${value} has no effect: sandboxWorkloads is not enabled in the ClusterPolicy`,
          fix: 'write sandboxWorkloads: {enabled: true}, or remove the label',
        };
      }
    },
  }),
];
