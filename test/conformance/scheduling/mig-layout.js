// How mig-manager cuts the boards of a machine: the entries of one named config, in order (docs/facts/gpu-operator.md "mig-parted file").
'use strict';
const { fits } = require('./machines');

/** The vendor behind the device id, as in a device-filter: 0x20B210DE. A filter that is absent or empty lets every board pass. */
function passes(filter, board) {
  const wanted = (Array.isArray(filter) ? filter : [filter]).filter(Boolean);
  return wanted.length === 0 || wanted.some(each => Number(each) === Number(`0x${board.device}10de`));
}

/**
 * @returns {{ state: string, boards: (string[] | undefined)[] }} per board the profiles of its instances, or undefined when it is not in MIG mode
 */
function migLayout(configs, name, { board, gpus }) {
  const uncut = Array.from({ length: gpus }, () => undefined);
  const entries = configs[name];
  if (entries === undefined) { return { state: 'failed', boards: uncut }; }
  const boards = uncut.map((_, index) => {
    const entry = entries.filter(each => (each.devices === 'all' || each.devices.includes(index)) && passes(each['device-filter'], board)).at(-1);
    if (!entry?.['mig-enabled']) { return undefined; }
    return Object.entries(entry['mig-devices']).flatMap(([profile, count]) => Array.from({ length: count }, () => profile));
  });
  const possible = boards.every(profiles => profiles === undefined || fits(board, profiles));
  // a list that does not fit leaves the board in MIG mode and empty
  return possible ? { state: 'success', boards } : { state: 'failed', boards: boards.map(profiles => profiles && []) };
}

module.exports = { migLayout };
