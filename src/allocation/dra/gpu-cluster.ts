import { Fields } from '../../kubernetes';
import { GPU_TOLERATION, GpuToleration } from '../tolerations';
import { DraDriverGate } from './requirements';

/**
 * The mode in which a claim without a capacity takes the whole device (dra-driver-nvidia-gpu
 * cmd/gpu-kubelet-plugin/consumable_shares.go).
 */
const SHARES = 'memory';

/** What the DRA driver of a cluster is told. */
export interface DraDriverSettings {
  /** Feature gates that are switched on. */
  readonly gates: DraDriverGate[];
  /** Whether claims may take a part of the memory of a device, and all of it where they say nothing. */
  readonly sharesMemory: boolean;
  /** What its pods must tolerate besides `nvidia.com/gpu`. */
  readonly tolerations: GpuToleration[];
}

/**
 * `spec` of a GPUCluster (gpu-operator crds/nvidia.com_gpuclusters.yaml, 26.7). Compute domains, for NVLink over
 * several nodes, are on by default there, and nothing here needs them.
 */
export function gpuClusterSpec(settings: DraDriverSettings): Fields {
  return {
    draDriver: {
      ...gatesOf(settings),
      ...(settings.sharesMemory
        && { gpus: { kubeletPlugin: { env: [{ name: 'CONSUMABLE_SHARES', value: SHARES }] } } }),
      computeDomains: { enabled: false },
    },
    ...(settings.tolerations.length > 0 && { daemonsets: { tolerations: [GPU_TOLERATION, ...settings.tolerations] } }),
  };
}

/**
 * Values of the gpu-operator chart beside a GPUCluster among the manifests: the chart deploys neither object, and its
 * driver is set up by an NVIDIADriver (DRA-021, DRA-022).
 */
export function operatorChartValues(settings: DraDriverSettings): Fields {
  return {
    clusterPolicy: { deployCR: false },
    gpuCluster: { deployCR: false },
    driver: { nvidiaDriverCRD: { enabled: true } },
    ...(settings.tolerations.length > 0
      && { 'node-feature-discovery': { worker: { tolerations: [GPU_TOLERATION, ...settings.tolerations] } } }),
  };
}

/**
 * Values of the driver's own chart, which refuses `resources.gpus.enabled` without the override
 * (kubernetes-sigs/dra-driver-nvidia-gpu@95932046 deployments/helm/dra-driver-nvidia-gpu: values.yaml,
 * templates/validation.yaml). A list in values takes the place of the chart's own, which has the toleration of GPU
 * nodes.
 */
export function driverChartValues(settings: DraDriverSettings): Fields {
  return {
    gpuResourcesEnabledOverride: true,
    resources: { gpus: { enabled: true }, computeDomains: { enabled: false } },
    ...gatesOf(settings),
    ...(settings.sharesMemory && { consumableShares: SHARES }),
    ...(settings.tolerations.length > 0
      && { kubeletPlugin: { tolerations: [GPU_TOLERATION, ...settings.tolerations] } }),
  };
}

function gatesOf({ gates }: DraDriverSettings): Fields {
  return gates.length === 0 ? {} : { featureGates: Object.fromEntries([...gates].sort().map(gate => [gate, true])) };
}
