import { boardsOfNodes, isForBoard } from '../../cluster';
import { Gpu } from '../../hardware';
import { isFields } from '../../kubernetes';
import { Rule } from '../rule';
import { selections } from './boards';
import { boardsOf, entries, finding, layoutOf } from './entries';

/** Rules about layouts and the boards of the nodes; whether a layout stands on a known board, MIG-025 and MIG-032 tell. */
export const LAYOUT_RULES: Rule[] = [
  {
    id: 'LAY-001',
    *check(model) {
      for (const entry of entries(model)) {
        if (!isFields(entry.value) || entry.value['device-filter'] !== undefined || boardsOf(model, entry, entry.value).length > 0) { continue; }
        const names = Object.keys(layoutOf(entry.value)?.profiles ?? {});
        const boardsWith = (name: string) => Gpu.all().filter(gpu => gpu.findProfile(name) !== undefined);
        // a profile that no board has at all is what MIG-025 tells
        if (names.length < 2 || names.some(name => boardsWith(name).length === 0)) { continue; }
        if (!Gpu.all().some(gpu => names.every(name => gpu.findProfile(name) !== undefined))) {
          const of = names.map(name => `${name} of ${boardsWith(name)[0]}`);
          yield finding(entry.file, [...entry.path, 'mig-devices'], `config ${entry.config}: no board has all of ${names.join(', ')}; ${of.join(', ')}`,
            'give each board an entry of its own, with a device-filter');
        }
      }
    },
  },
  {
    id: 'LAY-002',
    *check(model) {
      for (const { label, configs } of selections(model)) {
        if (configs.length !== 1) { continue; } // one name in several files: which of them the cluster has is not known
        const without = boardsOfNodes(model, label).find(gpu => !configs[0].some(({ value }) => isForBoard(value, gpu)));
        if (without !== undefined) {
          yield {
            document: label.document,
            path: label.path,
            message: `the nodes have ${without}, and no entry of config ${label.value} is for it: nothing is cut, and the state is success all the same`,
            fix: without.pciDeviceIds.length === 0 ? 'select another config' : `add an entry with device-filter "${without.pciDeviceIds[0]}" to the config`,
          };
        }
      }
    },
  },
];
