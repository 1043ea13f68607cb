import { files, finding } from './entries';
import { ClusterModel, gpusOfNode, isForBoard } from '../../cluster';
import { Gpu } from '../../hardware';
import { at, fieldsOf, isFields, listOf } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

interface SelectingNode { readonly count?: number; readonly board?: Gpu }

/** The nodes that select each config, with their GPUs; of those that are alike one. */
function nodesByConfig(model: ClusterModel): Map<string, Map<string, SelectingNode>> {
  const found = new Map<string, Map<string, SelectingNode>>();
  for (const { value, document, together } of model.labelValues('nvidia.com/mig.config')) {
    const node = {
      count: document.kind === 'Node' ? gpusOfNode(document) : undefined,
      board: Gpu.findByProductLabel(together['nvidia.com/gpu.product'] ?? ''),
    };
    found.set(value, found.get(value) ?? new Map()).get(value)!.set(`${node.board?.id} ${node.count}`, node);
  }
  return found;
}

/** Rules about the GPUs of a node that entries name by their number. */
export const GPU_INDEX_RULES: Rule[] = [
  defineRule({
    id: 'MIG-035',
    name: 'index-on-no-node',
    area: 'mig-parted',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a GPU that an entry names by its index is on some node that selects the config (checked where the '
      + 'labels of all of them count their GPUs)',
    why: 'mig-parted goes through the GPUs that the node has: what is written for another is passed over in silence, '
      + 'and the state is success',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/util/device.go; NVIDIA/mig-parted@bd7160f4 '
      + 'cmd/nvidia-mig-parted/apply/config.go (WalkSelectedMigConfigForEachGPU)',
    *check(model) {
      const selecting = nodesByConfig(model);
      for (const { file, content } of files(model)) {
        for (const [config, list] of Object.entries(fieldsOf(content['mig-configs']))) {
          const nodes = [...selecting.get(config)?.values() ?? []];
          if (nodes.length === 0 || nodes.some(({ count }) => count === undefined)) { continue; }
          for (const [index, entry] of listOf(list).entries()) {
            const itsNodes = nodes.filter(({ board }) =>
              board === undefined || !isFields(entry) || isForBoard(entry, board));
            const most = Math.max(0, ...itsNodes.map(({ count }) => count!));
            const beyond = most === 0
              ? undefined
              : listOf(at(entry, 'devices')).find((each): each is number => typeof each === 'number' && each >= most);
            if (beyond === undefined) { continue; }
            yield finding(file, ['mig-configs', config, index, 'devices'],
              `config ${config}: no node that selects it has GPU ${beyond}; they have at most ${most}, numbered from 0`,
              'name GPUs that the nodes have, or write all');
          }
        }
      }
    },
  }),
];
