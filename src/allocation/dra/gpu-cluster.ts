import { Fields } from '../../kubernetes';
import { GPU_TOLERATION, GpuToleration } from '../tolerations';
import { DraDriverGate } from './requirements';

/** What the DRA driver of a cluster is told. */
export interface DraDriverSettings {
  /** Feature gates that are switched on. */
  readonly gates: DraDriverGate[];
  /** What its pods must tolerate besides `nvidia.com/gpu`. */
  readonly tolerations: GpuToleration[];
}

/**
 * `spec` of a GPUCluster (gpu-operator crds/nvidia.com_gpuclusters.yaml, 26.7). Compute domains, for NVLink over several nodes, are on by
 * default there, and nothing here needs them.
 */
export function gpuClusterSpec(settings: DraDriverSettings): Fields {
  return {
    draDriver: { ...gatesOf(settings), computeDomains: { enabled: false } },
    ...(settings.tolerations.length > 0 && { daemonsets: { tolerations: [GPU_TOLERATION, ...settings.tolerations] } }),
  };
}

/**
 * Values of the gpu-operator chart beside a GPUCluster among the manifests: the chart deploys neither object, and its driver is set up by an
 * NVIDIADriver (DRA-021, DRA-022).
 */
export function operatorChartValues(settings: DraDriverSettings): Fields {
  return {
    clusterPolicy: { deployCR: false },
    gpuCluster: { deployCR: false },
    driver: { nvidiaDriverCRD: { enabled: true } },
    ...(settings.tolerations.length > 0 && { 'node-feature-discovery': { worker: { tolerations: [GPU_TOLERATION, ...settings.tolerations] } } }),
  };
}

/**
 * Values of the driver's own chart, which refuses `resources.gpus.enabled` without the override
 * (dra-driver-nvidia-gpu deployments/helm/nvidia-dra-driver-gpu/templates/validation.yaml).
 */
export function driverChartValues(settings: DraDriverSettings): Fields {
  return {
    gpuResourcesEnabledOverride: true,
    resources: { gpus: { enabled: true }, computeDomains: { enabled: false } },
    ...gatesOf(settings),
    ...(settings.tolerations.length > 0 && { kubeletPlugin: { tolerations: [GPU_TOLERATION, ...settings.tolerations] } }),
  };
}

function gatesOf({ gates }: DraDriverSettings): Fields {
  return gates.length === 0 ? {} : { featureGates: Object.fromEntries([...gates].sort().map(gate => [gate, true])) };
}
