import { selections } from './boards';
import { boardsOf, entries, finding, layoutOf } from './entries';
import { boardsOfNodes, isForBoard } from '../../cluster';
import { Gpu } from '../../hardware';
import { isFields } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

/**
 * Rules about layouts and the boards of the nodes; whether a layout stands on a known board, MIG-025 and MIG-032 tell.
 */
export const LAYOUT_RULES: Rule[] = [
  defineRule({
    id: 'LAY-001',
    name: 'layout-on-no-board',
    area: 'layouts',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'where nothing names the board, some board must have all the profiles of an entry',
    why: 'profile names carry the memory of a slice, so 1g.5gb and 3g.40gb belong to different boards: on either of '
      + 'them one name is unknown, and then nothing of the entry is created. Whether they stand on one GPU together, '
      + 'MIG-032 tells; a warning only, because newer boards than those known may have other profiles',
    evidence: 'NVIDIA MIG user guide, supported profiles; NVIDIA/mig-parted@bd7160f4 pkg/types/mig_config.go Flatten',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value)
          || entry.value['device-filter'] !== undefined
          || boardsOf(model, entry, entry.value).length > 0) { continue; }
        const names = Object.keys(layoutOf(entry.value)?.profiles ?? {});
        const boardsWith = (name: string) => Gpu.all().filter(gpu => gpu.findProfile(name) !== undefined);
        // a profile that no board has at all is what MIG-025 tells
        if (names.length < 2 || names.some(name => boardsWith(name).length === 0)) { continue; }
        if (!Gpu.all().some(gpu => names.every(name => gpu.findProfile(name) !== undefined))) {
          const of = names.map(name => `${name} of ${boardsWith(name)[0]}`);
          yield finding(entry.file, [
            ...entry.path,
            'mig-devices',
          ], `config ${entry.config}: no board has all of ${names.join(', ')}; ${of.join(', ')}`,
          'give each board an entry of its own, with a device-filter');
        }
      }
    },
  }),
  defineRule({
    id: 'LAY-002',
    name: 'layout-for-other-board',
    area: 'layouts',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a config that nodes select must have an entry for their board (known from nvidia.com/gpu.product on '
      + 'Node objects, or from the PCI ids or node names of a NodeFeatureRule)',
    why: 'entries whose device-filter is for other boards are skipped: nothing is cut, nvidia.com/mig.config.state '
      + 'becomes success, and the pods that ask for the slices stay Pending',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/assert.go WalkSelectedMigConfigForEachGPU',
    *check(model) {
      for (const { label, configs } of selections(model)) {
        if (configs.length !== 1) { continue; } // one name in several files: which of them the cluster has is not known
        const without = boardsOfNodes(model, label).find(gpu => // thousands of nodes may select it
          !model.once(JSON.stringify(['is for', label.value, gpu.id]), () =>
            configs[0].some(({ value }) => isForBoard(value, gpu))));
        if (without !== undefined) {
          yield {
            document: label.document,
            path: label.path,
            message: `the nodes have ${without}, and no entry of config ${label.value} is for it: nothing is cut, `
              + 'and the state is success all the same',
            fix: without.pciDeviceIds.length === 0
              ? 'select another config'
              : `add an entry with device-filter "${without.pciDeviceIds[0]}" to the config`,
          };
        }
      }
    },
  }),
];
