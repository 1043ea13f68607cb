import { MigStrategy } from '../mig-strategy';
import { GpuToleration } from '../tolerations';
import { ALL_DISABLED } from './mig-parted-file';

/** The one source of all forms. Undefined: we have nothing to say about the field. */
export interface ClusterPolicySettings {
  /** A strategy; `null`: it must not be set, so that each node's device-plugin config decides (STR-005). */
  readonly migStrategy?: MigStrategy | null;
  readonly migConfigName?: string;
  /** `all-disabled`, or empty: leave MIG-capable nodes without a label alone (MIG-020). */
  readonly migConfigDefault?: typeof ALL_DISABLED | '';
  readonly rebootForMigMode?: boolean;
  readonly devicePluginConfigName?: string;
  readonly mpsRoot?: string;
  readonly daemonsetTolerations?: GpuToleration[];
}

type Fields = Record<string, unknown>;

/**
 * Sections that the CRD requires of a full object (gpu-operator crds/nvidia.com_clusterpolicies.yaml, 25.10 to 26.7;
 * CP-001).
 */
const REQUIRED_SECTIONS = [
  'daemonsets', 'dcgm', 'dcgmExporter', 'devicePlugin', 'driver', 'gfd', 'nodeStatusExporter', 'operator', 'toolkit',
];

/**
 * What NFD's workers tolerate by the chart's own values besides `nvidia.com/gpu`; a list of ours replaces that list
 * (gpu-operator deployments/gpu-operator/values.yaml).
 */
const NFD_WORKER_TOLERATIONS: GpuToleration[] = [
  'node-role.kubernetes.io/master', 'node-role.kubernetes.io/control-plane',
]
  .map(key => ({ key, operator: 'Equal', value: '', effect: 'NoSchedule' }));

/** The settings as fields of `spec`, without the strategy. */
function commonFields(settings: ClusterPolicySettings): Fields {
  const spec: Fields = {};
  if (settings.migConfigName !== undefined || settings.rebootForMigMode) {
    spec.migManager = {
      ...(settings.migConfigName !== undefined
        && { config: { name: settings.migConfigName, default: settings.migConfigDefault ?? ALL_DISABLED } }),
      ...(settings.rebootForMigMode && { env: [{ name: 'WITH_REBOOT', value: 'true' }] }),
    };
  }
  if (settings.devicePluginConfigName !== undefined) {
    spec.devicePlugin = { config: { name: settings.devicePluginConfigName } };
  }
  if (settings.daemonsetTolerations !== undefined) { spec.daemonsets = { tolerations: settings.daemonsetTolerations }; }
  return spec;
}

function withStrategy(spec: Fields, strategy: MigStrategy | null | undefined): Fields {
  return strategy === undefined ? spec : { ...spec, mig: { strategy } };
}

function withMpsRoot(spec: Fields, root: string | undefined): Fields {
  return root === undefined
    ? spec
    : { ...spec, devicePlugin: { ...(spec.devicePlugin as Fields | undefined), mps: { root } } };
}

/**
 * `spec` of the partial object for server-side apply.
 * @throws when the strategy must be unset: apply cannot remove a field that Helm owns
 */
export function partialSpec(settings: ClusterPolicySettings): Fields {
  if (settings.migStrategy === null) {
    throw new Error(
      'spec.mig.strategy must be unset here, and a partial object cannot unset a field that the chart wrote (its '
        + 'default is "single") [STR-005]; choose ClusterPolicy.mergePatch() or '
        + 'ClusterPolicy.helmValues()',
    );
  }
  return withMpsRoot(withStrategy(commonFields(settings), settings.migStrategy), settings.mpsRoot);
}

/** `spec` of the full object. What must be unset is simply absent. */
export function fullSpec(settings: ClusterPolicySettings, requiresDefaultRuntime: boolean): Fields {
  const ours = withMpsRoot(withStrategy(commonFields(settings), settings.migStrategy ?? undefined), settings.mpsRoot);
  const spec: Fields = Object.fromEntries(REQUIRED_SECTIONS.map(section => [section, {}]));
  if (requiresDefaultRuntime) { spec.operator = { defaultRuntime: 'containerd' }; }
  return { ...spec, ...ours };
}

/** The body of `kubectl patch --type merge`; `null` removes a field. */
export function mergePatch(settings: ClusterPolicySettings): { spec: Fields } {
  return { spec: withMpsRoot(withStrategy(commonFields(settings), settings.migStrategy), settings.mpsRoot) };
}

/**
 * Values for the gpu-operator chart.
 *
 * The chart renders `mig.strategy` only when it is not empty (deployments/gpu-operator/templates/clusterpolicy.yaml),
 * so an empty string unsets it. NFD's workers must tolerate the same taints as the operator's DaemonSets (POD-008).
 * @throws for `mpsRoot`: the chart has the value but no template reads it (MPS-005)
 */
export function helmValues(settings: ClusterPolicySettings): Fields {
  if (settings.mpsRoot !== undefined) {
    throw new Error(
      `mpsRoot ${settings.mpsRoot} cannot be said in Helm values: the chart never renders `
        + 'devicePlugin.mps.root [MPS-005]; use the manifests or renderMergePatch(), or leave mpsRoot '
        + 'out',
    );
  }
  const values = withStrategy(commonFields(settings), settings.migStrategy ?? undefined);
  if (settings.migStrategy === null) { values.mig = { strategy: '' }; }
  if (settings.daemonsetTolerations !== undefined) {
    values['node-feature-discovery'] = {
      worker: { tolerations: [...NFD_WORKER_TOLERATIONS, ...settings.daemonsetTolerations] },
    };
  }
  return values;
}
