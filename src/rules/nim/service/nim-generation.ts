import { GpuContainer } from '../../../cluster';
import { NimModel } from '../../../models';
import { ofPods } from '../../of-pods';
import { defineRule, Rule } from '../../rule';

/** The first number of an image's tag. */
function generationOf({ image }: GpuContainer): number | undefined {
  const major = /:v?(\d+)\.\d+/.exec(image ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

/** What a NIM of the other generation reads, and this one not; undefined where all is well. */
function strangerIn({ env }: GpuContainer, generation: number): { name: string; instead: string } | undefined {
  const says = (name: string) => (env[name] ?? '') !== '';
  const passesFraction = (env.NIM_PASSTHROUGH_ARGS ?? '').includes('--gpu-memory-utilization');
  if (generation === 1 && !says('NIM_KVCACHE_PERCENT') && (passesFraction || says('NIM_GPU_MEM_FRACTION'))) {
    return {
      name: passesFraction ? 'NIM_PASSTHROUGH_ARGS' : 'NIM_GPU_MEM_FRACTION',
      instead: 'set NIM_KVCACHE_PERCENT',
    };
  }
  return generation >= 2 && says('NIM_KVCACHE_PERCENT') && !says('NIM_GPU_MEM_FRACTION') && !passesFraction
    ? {
      name: 'NIM_KVCACHE_PERCENT',
      instead: `set NIM_PASSTHROUGH_ARGS: --gpu-memory-utilization ${env.NIM_KVCACHE_PERCENT}`,
    } : undefined;
}

/** Rules about what NIMs of the two generations read. */
export const NIM_GENERATION_RULES: Rule[] = [
  defineRule({
    id: 'NIM-183',
    name: 'variable-of-other-generation',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a NIM of a language model is told by the variables of its generation: NIM_KVCACHE_PERCENT before 2.0, '
      + 'NIM_PASSTHROUGH_ARGS or NIM_GPU_MEM_FRACTION from 2.0 on',
    why: 'a NIM 2.x is an engine with its own arguments and reads no NIM_KVCACHE_PERCENT, one of 1.x no '
      + 'NIM_PASSTHROUGH_ARGS, so both are set or the right one: the engine takes its usual part of the GPU, and on a '
      + 'shared one that is too much',
    evidence: 'NVIDIA documentation, NIM for large language models 2.0, 1.x migration guide (many variables are '
      + 'removed) and advanced configuration (NIM_PASSTHROUGH_ARGS)',
    check: ofPods(function* (model) {
      for (const { document, containers } of model.distinctWorkloads) {
        for (const container of containers) {
          const generation = generationOf(container);
          const isLlm = generation !== undefined && NimModel.findByImage(container.image!)?.kind === 'llm';
          const stranger = isLlm ? strangerIn(container, generation) : undefined;
          if (stranger === undefined) { continue; }
          yield {
            document,
            path: [...container.path, 'env'],
            message: `container ${container.name}: ${container.image} does not read ${stranger.name}`,
            fix: stranger.instead,
          };
        }
      }
    }),
  }),
];
