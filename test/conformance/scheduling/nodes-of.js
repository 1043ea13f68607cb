// The Node objects that machines become once the GPU Operator has read the manifests.
'use strict';
const { advertised } = require('./advertised');
const { gpuLabels } = require('./gpu-labels');
const { migLayout } = require('./mig-layout');
const { ruleLabels } = require('./node-feature-rules');
const { operatorSettings } = require('./operator-settings');

const MIG_CONFIG = 'nvidia.com/mig.config';
const DEVICE_PLUGIN_CONFIG = 'nvidia.com/device-plugin.config';

/** Labels and taints that the manifests give to nodes by partial Node objects. */
function nodeObject(manifests, { name }) {
  const parts = manifests.filter(each => each.kind === 'Node' && each.metadata.name === name);
  return { labels: Object.assign({}, ...parts.map(each => each.metadata.labels)), taints: parts.flatMap(each => each.spec?.taints ?? []) };
}

/**
 * @param {object[]} manifests
 * @param {object} machine
 * @returns {{ node: object, units: Record<string, number[]>, boards: (string[] | undefined)[] }} the node, for each resource the board behind
 * each unit, and how each board is cut
 */
function nodeOf(manifests, machine) {
  const settings = operatorSettings(manifests);
  const object = nodeObject(manifests, machine);
  const labels = {
    'kubernetes.io/hostname': machine.name,
    ...(machine.gpus > 0 && { 'feature.node.kubernetes.io/pci-10de.present': 'true', 'nvidia.com/gpu.present': 'true' }),
    ...machine.labels, ...object.labels, ...ruleLabels(manifests, machine),
  };

  let boards = Array.from({ length: machine.gpus }, () => undefined);
  const capable = Object.keys(machine.board.profiles).length > 0;
  labels[MIG_CONFIG] ||= capable ? settings.defaultMigConfig || undefined : undefined;
  if (labels[MIG_CONFIG] === undefined) { delete labels[MIG_CONFIG]; } else if (capable) {
    // with a ConfigMap of one's own there are its configs and no others; without, the operator's own have this one
    const configs = settings.migConfigs ?? { 'all-disabled': [{ 'devices': 'all', 'mig-enabled': false }] };
    const layout = migLayout(configs, labels[MIG_CONFIG], machine);
    labels[`${MIG_CONFIG}.state`] = layout.state;
    boards = layout.boards;
  }

  const key = labels[DEVICE_PLUGIN_CONFIG] ?? (settings.defaultDevicePluginFile || undefined);
  const file = key === undefined ? undefined : settings.devicePluginFiles[key];
  // a key that is not there keeps the plugin from starting
  const starts = key === undefined || file !== undefined;
  const strategy = settings.strategy || file?.flags?.migStrategy || 'none'; // the policy's beats the file's
  const units = starts ? advertised(boards, strategy, file) : {};
  const capacity = {
    'cpu': '256', 'memory': '4Ti', 'ephemeral-storage': '4Ti', 'pods': '110',
    ...Object.fromEntries(Object.entries(units).map(([resource, on]) => [resource, `${on.length}`])),
  };
  return {
    units,
    boards,
    node: {
      apiVersion: 'v1', kind: 'Node',
      metadata: { name: machine.name, labels: { ...labels, ...(starts && machine.gpus > 0 ? gpuLabels(machine, boards, strategy, file) : {}) } },
      spec: { taints: [...machine.taints, ...object.taints] },
      status: { capacity, allocatable: capacity, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
    },
  };
}

module.exports = { nodeOf };
