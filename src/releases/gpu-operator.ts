/**
 * A minor release of the NVIDIA GPU Operator, as far as it changes what this library writes.
 *
 * Source: gpu-operator tags v25.10.1, v26.3.3 and v26.7.0 and the operand versions that they pin.
 */
export enum GpuOperatorVersion {
  /** 25.10: device plugin 0.18, mig-parted 0.13; the shipped list of MIG configs is static. */
  V25_10 = '25.10',
  /** 26.3: device plugin 0.19, mig-parted 0.14; MIG configs are generated on each node unless a custom file is named. */
  V26_3 = '26.3',
  /** 26.7: device plugin 0.20, mig-parted 0.15; `+me` resources of their own, `packed` allocation, subsystem filters. */
  V26_7 = '26.7',
}

/** What differs between releases for the files that we write. */
export interface GpuOperatorFeatures {
  /** `1g.10gb+me` is a resource of its own. Before device plugin 0.20 it is pooled with `1g.10gb` (k8s-device-plugin CHANGELOG v0.20.0; STR-004). */
  readonly attributeResources: boolean;
  /** `flags.plugin.sharedDevicesAllocationPolicy` exists (k8s-device-plugin v0.20.0; DP-010). */
  readonly allocationPolicy: boolean;
  /** `sharing.mps.failRequestsGreaterThanOne: false` is honoured (k8s-device-plugin v0.20.0; DP-017). */
  readonly mpsMultipleReplicas: boolean;
  /** Compute-instance profiles stop the plugin under `mixed` (k8s-device-plugin v0.20.0; STR-003). */
  readonly refusesComputeInstances: boolean;
  /** `spec.operator.defaultRuntime` is a required field of ClusterPolicy, and `docker` where nobody says it (CRD v25.10.1; optional and without a default since v26.3). */
  readonly requiresDefaultRuntime: boolean;
}

/** The features of a release. */
export function featuresOf(version: GpuOperatorVersion): GpuOperatorFeatures {
  const from26_7 = version === GpuOperatorVersion.V26_7;
  return {
    attributeResources: from26_7,
    allocationPolicy: from26_7,
    mpsMultipleReplicas: from26_7,
    refusesComputeInstances: from26_7,
    requiresDefaultRuntime: version === GpuOperatorVersion.V25_10,
  };
}
