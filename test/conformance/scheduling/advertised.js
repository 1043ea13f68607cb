// What the device plugin tells the kubelet that a machine has: resources, and behind each unit the board that it is on.
// Table of names: docs/facts/gpu-operator.md "Resource names"; files: docs/facts/gpu-operator.md "Device-plugin file".
'use strict';

const GPU = 'nvidia.com/gpu';
const full = name => (name.startsWith('nvidia.com/') ? name : `nvidia.com/${name}`);
const migResource = profile => `nvidia.com/mig-${profile.replaceAll('+', '.')}`;

/** @returns {Record<string, number[]>} for each resource the board of each device */
function devices(boards, strategy) {
  const found = {};
  const add = (resource, board) => { (found[resource] ??= []).push(board); };
  const inMig = boards.filter(profiles => profiles !== undefined);
  if (strategy === 'single' && inMig.length > 0) {
    const kinds = new Set(inMig.flat());
    // anything but one profile on every board makes the plugin exit (STR-001)
    if (inMig.length < boards.length || kinds.size !== 1 || inMig.some(profiles => profiles.length === 0)) { return {}; }
  }
  for (const [board, profiles] of boards.entries()) {
    if (profiles === undefined || strategy === 'none') { add(GPU, board); continue; }
    for (const profile of profiles) { add(strategy === 'single' ? GPU : migResource(profile), board); }
  }
  return found;
}

/** How a resource is shared: the method, how often each device is handed out, and whether its name says so. */
function sharingOf(file, resource) {
  const { mps, timeSlicing } = file?.sharing ?? {};
  const [method, block] = mps ? ['mps', mps] : ['time-slicing', timeSlicing]; // with both, mps wins
  const entry = block?.resources?.find(each => full(each.name) === resource);
  return entry === undefined ? { method: 'none', replicas: 1, renamed: false } : { method, replicas: entry.replicas, renamed: block.renameByDefault === true };
}

/** @returns {Record<string, number[]>} for each resource the board of each unit that a pod can ask for */
function advertised(boards, strategy, file) {
  if (file?.sharing?.mps && (strategy === 'mixed' || boards.some(Boolean))) { return {}; } // the plugin exits (STR-006, MPS-001)
  return Object.fromEntries(Object.entries(devices(boards, strategy)).map(([resource, on]) => {
    const { replicas, renamed } = sharingOf(file, resource);
    return [renamed ? `${resource}.shared` : resource, on.flatMap(board => Array.from({ length: replicas }, () => board))];
  }));
}

module.exports = { GPU, advertised, devices, migResource, sharingOf };
