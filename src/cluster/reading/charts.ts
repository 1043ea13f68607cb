import { at, Fields, fieldsOf, isFields } from '../../kubernetes';
import { DRA_GATES } from '../../releases';
import { isSlipOf } from '../../text';

/** Charts whose values say something about GPUs, by what `HelmValues` objects of them are called. */
export type Chart =
  | 'gpu-operator'
  | 'nvidia-device-plugin'
  | 'dra-driver'
  | 'node-feature-discovery'
  | 'nim-operator'
  | 'app-template';

const NAMES: ReadonlyMap<string, Chart> = new Map([
  ['gpu-operator', 'gpu-operator'],
  ['nvidia-device-plugin', 'nvidia-device-plugin'],
  ['nvidia-dra-driver-gpu', 'dra-driver'],
  ['dra-driver-nvidia-gpu', 'dra-driver'], // since it is a Kubernetes project
  ['node-feature-discovery', 'node-feature-discovery'],
  ['k8s-nim-operator', 'nim-operator'],
  ['app-template', 'app-template'],
]);

/**
 * The chart that a name, a path or a URL is of: `nvidia/gpu-operator`, `oci://registry/charts/gpu-operator`,
 * `.../gpu-operator-v26.3.1.tgz`.
 */
export function chartNamed(text: string | undefined): Chart | undefined {
  const name = (text ?? '').split('/').pop()!.replace(/(?:-v?\d+\.\d[\w.+-]{0,60})?\.tgz$/, '');
  return NAMES.get(name);
}

/** The names that a chart has as a part of a chart around it. */
export function isNameOfChart(name: string): boolean {
  return NAMES.has(name);
}

/**
 * Top-level values of the gpu-operator chart that other charts rarely have (gpu-operator v26.7.0
 * deployments/gpu-operator/values.yaml).
 */
const OF_GPU_OPERATOR = [
  'mig', 'driver', 'toolkit', 'devicePlugin', 'dcgm', 'dcgmExporter', 'gfd', 'migManager', 'nodeStatusExporter', 'gds',
  'gdrcopy', 'vgpuManager', 'vgpuDeviceManager', 'vfioManager', 'kataManager', 'sandboxDevicePlugin',
  'sandboxWorkloads', 'ccManager', 'node-feature-discovery', 'nfd', 'cdi',
];

/** Names of files and folders with values of the device plugin's chart: `nvdp-values.yaml`, as its README calls it. */
const FOR_DEVICE_PLUGIN = /(?:^|[^a-z0-9])(?:nvdp|(?:nvidia|k8s)[-_]device[-_]plugin)(?![a-z0-9])/i;

/**
 * The chart that values without a name are plainly of; undefined where they may be of any.
 * @param file in which they stand: its name and that of its folder may tell two charts apart
 */
export function chartOfValues(values: Readonly<Fields>, file: string): Chart | undefined {
  if (areOfDraDriver(values)) { return 'dra-driver'; }
  if (areOfDevicePlugin(values)) { return 'nvidia-device-plugin'; }
  const isNamedSo = FOR_DEVICE_PLUGIN.test(file.split(/[\\/]/).slice(-2).join('/'));
  if (isNamedSo
    && ['config', 'devicePlugin', 'gfd', 'mps'].some(key => isFields(values[key]))
    && !Object.keys(values).some(isOfGpuOperatorAlone)) { return 'nvidia-device-plugin'; }
  const present = partsOfGpuOperator(values);
  const plugin = fieldsOf(values.devicePlugin);
  // HAMi and others have a `devicePlugin` too
  const ownPlugin = ['config', 'env', 'args', 'mps'].some(key => Object.hasOwn(plugin, key));
  const isGpuOperator = isFields(values.migManager) || ownPlugin || isFields(at(values, 'driver', 'nvidiaDriverCRD'))
    || at(values, 'gpuCluster', 'deployCR') === true || present.filter(key =>
    key !== 'nfd' && key !== 'driver').length >= 2;
  return isGpuOperator ? 'gpu-operator' : undefined;
}

/** Whether no other chart has a part of this name. */
function isOfGpuOperatorAlone(key: string): boolean {
  return OF_GPU_OPERATOR.includes(key) && !['devicePlugin', 'gfd', 'nfd', 'cdi'].includes(key);
}

/** Whether values of the gpu-operator chart, without its name, have several parts that few other charts have. */
export function arePlainlyOf(chart: Chart, values: Readonly<Fields>): boolean {
  return chart === 'nvidia-device-plugin'
    ? areOfDevicePlugin(values)
    : chart !== 'gpu-operator' || partsOfGpuOperator(values).length >= 2;
}

/** Parts of the gpu-operator chart that values have, by the names that were meant. */
function partsOfGpuOperator(values: Readonly<Fields>): string[] {
  const written = Object.keys(values).filter(key => isFields(values[key]));
  return OF_GPU_OPERATOR.filter(part => written.some(key => key === part || isSlipOf(key, part)));
}

/** Other charts have `featureGates` too, with other gates. */
function areOfDraDriver(values: Readonly<Fields>): boolean {
  return 'gpuResourcesEnabledOverride' in values
    || isFields(at(values, 'resources', 'gpus'))
    || isFields(at(values, 'resources', 'computeDomains'))
    || Object.keys(fieldsOf(values.featureGates)).some(gate => Object.hasOwn(DRA_GATES, gate));
}

/** k8s-device-plugin v0.20.0 deployments/helm/nvidia-device-plugin/values.yaml. */
const OF_DEVICE_PLUGIN = [
  'migStrategy', 'failOnInitError', 'deviceListStrategy', 'deviceIDStrategy', 'nvidiaDriverRoot', 'gdsEnabled',
  'mofedEnabled', 'deviceDiscoveryStrategy', 'compatWithCPUManager',
];

function areOfDevicePlugin(values: Readonly<Fields>): boolean {
  const files = Object.values(fieldsOf(at(values, 'config', 'map')));
  return files.some(text => typeof text === 'string' && /^(?:sharing|flags)[ \t]*:/m.test(text))
    || OF_DEVICE_PLUGIN.filter(key => Object.hasOwn(values, key)).length >= 2
    || ['migStrategy', 'compatWithCPUManager'].some(key =>
      Object.hasOwn(values, key) && [values.gfd, values.config, values.devicePlugin].some(isFields));
}
