import { judged } from './memory';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** A rule about the sequences of a batch of a hybrid model, each of which needs a block of the cache. */
export const STATE_BLOCK_RULES: Rule[] = [
  defineRule({
    id: 'MEM-006',
    name: 'sequences-above-state-blocks',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'the engine is counted as its image says, and as the newest release where the tag does not; up to 0.19 it '
      + 'captured fewer graphs instead. The number of blocks is the most that the estimate allows',
    sentence: 'vLLM is told how many sequences a batch of a hybrid model has where its own number is more than its Mamba '
      + 'cache blocks',
    why: 'from 0.20 on each sequence needs a block for the state of its layers, and the engine does not start with fewer: '
      + '"max_num_seqs exceeds available Mamba cache blocks". That comes after the weights are loaded',
    evidence: 'vllm-project/vllm 0.20.2 to 0.33.0 vllm/config/compilation.py resolve_cudagraph_mode_and_sizes; '
      + 'vllm-project/vllm#49064; vllm-project/recipes#551; kaito-project/kaito#2319; NVIDIA-NeMo/RL#2620',
    check: ofPods(function* (model) {
      for (const { user, report, mayBeLarger } of judged(model)) {
        const { engineTooManySequences: own, stateBlocksMost, stateBlocksLeast } = report ?? {};
        if (own === undefined || own <= stateBlocksMost!) { continue; }
        const { document } = user.workload;
        const settings = Object.entries(report!.engineSettings).filter(([name]) => /max-num-seqs|MAX_NUM_SEQS/.test(name));
        yield {
          document,
          path: user.container.path,
          message: `container ${user.container.name}: ${report!.engine} takes batches of ${own} sequences, and its cache has `
            + `${stateBlocksLeast} to ${stateBlocksMost} Mamba cache blocks, one for each`,
          fix: `set ${settings.map(([name, value]) => `${name}=${value}`).join(' and ')}`,
          ...mayBeLarger && document.author === 'person' && { severity: 'warning' as const },
        };
      }
    }),
  }),
];
