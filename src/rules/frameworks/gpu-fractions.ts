import { ClusterModel, GpuContainer, nodesWith, Workload } from '../../cluster';
import { at, Path, textOf } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

/** Annotations of a pod by which KAI and Run:ai give it a part of a GPU (KAI-Scheduler docs/gpu-sharing). */
const FRACTIONS = ['gpu-fraction', 'gpu-memory', 'gpu-fraction-num-devices'];

/** Resources of HAMi: memory and cores of a GPU (Project-HAMi/HAMi docs/config.md). */
const OF_HAMI = ['nvidia.com/gpumem', 'nvidia.com/gpumem-percentage', 'nvidia.com/gpucores'];

const MIG_CONFIG = 'nvidia.com/mig.config';

const isCut = (config: string | undefined) => config !== undefined && config !== '' && config !== 'all-disabled';

/** Who shares a GPU for a pod, and where the pod says it; undefined where nobody does. */
function fractionOf({ document, path, containers }: Workload): { by: string; place: Path } | undefined {
  const metadata: Path = [...path.slice(0, -1), 'metadata'];
  const key = FRACTIONS.find(name => textOf(at(document.value, ...metadata, 'annotations', name)) !== undefined);
  if (key !== undefined) { return { by: 'KAI', place: [...metadata, 'annotations', key] }; }
  const resourceOf = ({ limits }: GpuContainer) => OF_HAMI.find(name => Object.hasOwn(limits, name));
  const container = containers.find(each => resourceOf(each) !== undefined);
  return container && { by: 'HAMi', place: [...container.path, 'resources', 'limits', resourceOf(container)!] };
}

/** Whether a pod gets to nodes alone whose GPUs are cut into MIG devices. */
function runsOnCutGpus(model: ClusterModel, { nodeSelector }: Workload): boolean {
  if (isCut(nodeSelector[MIG_CONFIG]) || /-MIG-/.test(nodeSelector['nvidia.com/gpu.product'] ?? '')) { return true; }
  return model.once(`only cut GPUs ${JSON.stringify(nodeSelector)}`, () => {
    const nodes = nodesWith(model, nodeSelector)
      .filter(({ labels }) => 'nvidia.com/gpu.product' in labels || Object.hasOwn(labels, MIG_CONFIG));
    return nodes.length > 0 && nodes.every(({ labels }) => isCut(labels[MIG_CONFIG]));
  });
}

/** Rules about other ways to share a GPU. */
export const GPU_FRACTION_RULES: Rule[] = [
  defineRule({
    id: 'POD-028',
    name: 'gpu-fraction-on-mig',
    area: 'pods',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'a pod that gets a fraction of a GPU from KAI or HAMi runs on nodes whose GPUs are whole',
    why: 'KAI leaves nodes with MIG devices out where it sees them, and elsewhere the pod sees no device; HAMi cuts '
      + 'GPUs itself and has a mode of its own for that, beside which mig-manager must not cut them',
    evidence: 'kai-scheduler/KAI-Scheduler#506; kai-scheduler/KAI-Scheduler#1120; Project-HAMi/HAMi '
      + 'docs/dynamic-mig-support.md',
    *check(model) {
      for (const workload of model.workloads) {
        const fraction = fractionOf(workload);
        if (fraction === undefined || !runsOnCutGpus(model, workload)) { continue; }
        yield {
          document: workload.document,
          path: fraction.place,
          message: `${fraction.by} shares whole GPUs, and the nodes that the pod selects have MIG devices`,
          fix: 'ask for a MIG device, or select nodes that are not cut',
        };
      }
    },
  }),
];
