// The Node objects and ResourceSlices that machines become once the DRA driver has read what the manifests tell it.
'use strict';
const { Gpu } = require('../../../../lib/hardware');
const { dynamicBoard, fixedBoard, sharedByMemory, slicesOf } = require('../../dra/published-devices');
const { ruleLabels } = require('../node-feature-rules');

/** What the driver is told by the GPUCluster (gpu-operator crds/nvidia.com_gpuclusters.yaml). */
function driverSettings(manifests) {
  const driver = manifests.find(({ kind }) => kind === 'GPUCluster')?.spec.draDriver ?? {};
  const env = driver.gpus?.kubeletPlugin?.env ?? [];
  const shares = env.find(({ name }) => name === 'CONSUMABLE_SHARES')?.value ?? 'disabled';
  if (!['disabled', 'memory'].includes(shares)) { throw new Error(`this check does not know CONSUMABLE_SHARES=${shares}`); }
  const isOn = gate => driver.featureGates?.[gate] === true;
  if (shares !== 'disabled' && !isOn('ConsumableShares')) { throw new Error('CONSUMABLE_SHARES without its gate: the driver does not start'); }
  return { cutsOnClaim: isOn('DynamicMIG'), sharesMemory: shares === 'memory' };
}

/**
 * @param cut for each board the profiles that somebody cut it into, undefined where it is whole. A driver that cuts on claim undoes them, and
 * finds the mode of the boards: those of the Ampere generation change theirs in a reset only.
 */
function boardOf(gpu, at, cut, { cutsOnClaim, sharesMemory }) {
  const isDynamic = cutsOnClaim && gpu.migCapable && (cut !== undefined || gpu.architecture !== 'ampere');
  const board = isDynamic ? dynamicBoard(gpu, at, { whole: gpu.architecture !== 'ampere' }) : fixedBoard(gpu, at, cut);
  return sharesMemory ? sharedByMemory(board) : board;
}

/**
 * @param manifests by which the driver and the labels go
 * @param machine of machines.js
 * @param boards how each of its boards is cut
 * @param version whether counters stand apart (`apart`)
 * @param settings what the driver is told, where no manifest says it
 */
function draNodeOf(manifests, machine, boards, version, settings = driverSettings(manifests)) {
  const object = manifests.filter(each => each.kind === 'Node' && each.metadata.name === machine.name);
  const capacity = { 'cpu': '256', 'memory': '4Ti', 'ephemeral-storage': '4Ti', 'pods': '110' };
  const at = minor => ({ node: machine.name, minor });
  const published = machine.gpus === 0 ? [] : boards.map((cut, minor) => boardOf(Gpu.fromProductLabel(machine.board.product), at(minor), cut, settings));
  return {
    node: {
      apiVersion: 'v1', kind: 'Node',
      metadata: {
        name: machine.name,
        labels: { 'kubernetes.io/hostname': machine.name, ...machine.labels, ...Object.assign({}, ...object.map(each => each.metadata.labels)), ...ruleLabels(manifests, machine) },
      },
      spec: { taints: machine.taints },
      status: { capacity, allocatable: capacity, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
    },
    slices: published.length === 0 ? [] : slicesOf(machine.name, published, version),
  };
}

module.exports = { draNodeOf, driverSettings };
