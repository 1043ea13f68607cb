import { Judged, judged } from './memory';
import { GpuFit, GpuMemory } from '../../fit';
import { quantityOf } from '../../kubernetes';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/**
 * MiB of weights that a container reads onto its GPUs at the least; undefined where its model is not known. The board
 * does not matter for them, so one that is not known is taken for a large one.
 */
function weightsMib({ known, report }: Judged): number | undefined {
  if (known?.isLlm !== true) { return undefined; }
  const { components } = report ?? GpuFit.check(known.footprint, GpuMemory.ofMib(1024 * 1024));
  const onOne = components.find(({ name }) => name === 'weights')?.bestMib;
  return onOne === undefined ? undefined : onOne * (known.footprint._serving.tensorParallel ?? 1);
}

/** A limit of host memory below this part of the weights is far below them. */
const FAR_BELOW = 1 / 4;

/** A rule about the memory of the host, through which weights go. */
export const HOST_MEMORY_RULES: Rule[] = [
  defineRule({
    id: 'MEM-005',
    name: 'host-memory-below-weights',
    area: 'memory',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'the memory limit of a container that loads a model is not far below its weights (a quarter of them)',
    why: 'weights go through the host: files of safetensors through the page cache, which counts against the limit and '
      + 'is given up under pressure, so that loading takes long; other files are read whole, and the container is '
      + 'OOMKilled. A note, because it depends on the size of the files',
    evidence: 'Linux documentation, Control Group v2, memory.max and file of memory.stat; vllm-project/vllm, '
      + 'vllm/model_executor/model_loader/weight_utils.py safetensors_weights_iterator and pt_weights_iterator',
    check: ofPods(function* (model) {
      for (const each of judged(model)) {
        const { workload, container } = each.user;
        const limit = quantityOf(container.limits.memory);
        const weights = weightsMib(each);
        if (limit === undefined || weights === undefined || limit >= weights * 1024 * 1024 * FAR_BELOW) { continue; }
        const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
        yield {
          document: workload.document,
          path: [...container.path, 'resources', 'limits', 'memory'],
          message: `container ${container.name}: its memory limit is ${gib(limit)}, and it loads ${gib(weights * 1024 ** 2)} `
            + 'of weights through it',
          fix: 'raise limits.memory to what the largest file of weights needs, beside the engine itself',
        };
      }
    }),
  }),
];
