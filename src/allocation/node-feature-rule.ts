import { Gpu } from '../hardware';
import { GpuNodes } from './gpu-nodes';

type MatchFeature = { feature: string; matchExpressions: Record<string, { op: string; value: string[] }> };

/** One rule of a NodeFeatureRule: the labels of a pool on its nodes (node-feature-discovery api/nfd/v1alpha1). */
export interface NodeFeatureRuleEntry {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly matchFeatures?: MatchFeature[];
  readonly matchAny?: { matchFeatures: MatchFeature[] }[];
}

/**
 * NVIDIA's PCI vendor id, as NFD prints it: lower-case hex without `0x` (node-feature-discovery source/pci/utils.go;
 * NFD-002).
 */
const NVIDIA_VENDOR = '10de';

/**
 * The rule that puts `labels` on the nodes of a pool.
 * @param namedElsewhere nodes that other pools name, which a rule by board leaves alone
 */
export function nodeFeatureRuleEntry(
  name: string, nodes: GpuNodes, gpus: Gpu[], labels: Record<string, string>,
  namedElsewhere: string[]): NodeFeatureRuleEntry {
  if (!nodes.byBoard) {
    return { name, labels, matchFeatures: [nodeNameIs('In', nodes.names)] };
  }
  const notNamedElsewhere = namedElsewhere.length === 0 ? [] : [nodeNameIs('NotIn', namedElsewhere)];
  const alternatives = gpus.map(gpu => [pciDeviceIs(gpu), ...notNamedElsewhere]);
  return alternatives.length === 1
    ? { name, labels, matchFeatures: alternatives[0] }
    : { name, labels, matchAny: alternatives.map(matchFeatures => ({ matchFeatures })) };
}

function nodeNameIs(op: 'In' | 'NotIn', names: string[]): MatchFeature {
  return { feature: 'system.name', matchExpressions: { nodename: { op, value: names } } };
}

function pciDeviceIs(gpu: Gpu): MatchFeature {
  const devices = gpu.pciDeviceIds.map(id => id.slice(2, 6).toLowerCase());
  const subsystems = gpu.pciSubsystemIds.map(id => id.replace(/^0x/i, '').slice(0, 4).toLowerCase());
  return {
    feature: 'pci.device',
    matchExpressions: {
      vendor: { op: 'In', value: [NVIDIA_VENDOR] },
      device: { op: 'In', value: [...new Set(devices)].sort() },
      ...(subsystems.length > 0 && { subsystem_device: { op: 'In', value: [...new Set(subsystems)].sort() } }),
    },
  };
}
