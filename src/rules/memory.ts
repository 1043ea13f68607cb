import { Rule } from './rule';
import { at, ClusterModel, GpuContainer, isFields, listOf, Workload } from '../cluster';
import { FitReport, FitVerdict, GpuFit, GpuShare, LlmServingOptions, ModelFootprint } from '../fit';
import { Gpu } from '../hardware';
import { LlmArchitecture, NimModel } from '../models';

/** A container that asks for a GPU. */
interface GpuUser {
  readonly workload: Workload;
  readonly container: GpuContainer;
  readonly resource: string;
}

/** Resources of the device plugin: whole GPUs, MIG devices, and shares of either. */
function* gpuUsers(model: ClusterModel): Generator<GpuUser> {
  for (const workload of model.workloads) {
    for (const container of workload.containers) {
      const resource = Object.entries({ ...container.requests, ...container.limits })
        .find(([name, count]) => /^nvidia\.com\/(?:gpu|mig-.*)$/.test(name) && String(count) !== '0')?.[0];
      if (resource !== undefined) { yield { workload, container, resource }; }
    }
  }
}

interface Footprint { readonly footprint: ModelFootprint; readonly isLlm: boolean; readonly fractionSet: boolean }

/** The model: from an annotation, the image, or the arguments of vLLM; undefined when none says. */
function footprintOf({ workload, container }: GpuUser): Footprint | undefined {
  const { annotations } = workload.document;
  const named = annotations['cdk8s-gpu/model'];
  const serving = servingOf(container);
  const selector = annotations['cdk8s-gpu/selector'] ?? container.env.NIM_TAGS_SELECTOR;
  const nim = NimModel.findByImage(named ?? container.image ?? '');
  if (nim !== undefined) {
    const isLlm = nim.kind === 'llm' || nim.kind === 'vlm';
    return { footprint: ModelFootprint.ofNim(nim, { selector, serving }), isLlm, fractionSet: serving.fraction !== undefined };
  }
  const id = named ?? argumentOf(container, '--model') ?? container.args.find(each => LlmArchitecture.find(each) !== undefined);
  const architecture = id === undefined ? undefined : LlmArchitecture.find(id);
  return architecture && { footprint: ModelFootprint.ofLlm(architecture, serving), isLlm: true, fractionSet: serving.fraction !== undefined };
}

function servingOf(container: GpuContainer): LlmServingOptions {
  const { env } = container;
  const passed = /--gpu-memory-utilization[= ]([\d.]+)/.exec(env.NIM_PASSTHROUGH_ARGS ?? '')?.[1];
  const whole = (text: string | undefined) => (text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined);
  const fraction = Number(argumentOf(container, '--gpu-memory-utilization') ?? env.NIM_GPU_MEM_FRACTION ?? env.NIM_KVCACHE_PERCENT ?? passed);
  return {
    fraction: fraction > 0 && fraction <= 1 ? fraction : undefined,
    contextLength: whole(argumentOf(container, '--max-model-len') ?? env.NIM_MAX_MODEL_LEN),
    maxNumSeqs: whole(argumentOf(container, '--max-num-seqs') ?? env.NIM_MAX_NUM_SEQS),
    tensorParallel: whole(argumentOf(container, '--tensor-parallel-size') ?? argumentOf(container, '-tp')),
  };
}

/** The value of `--name value` or `--name=value`. */
function argumentOf(container: GpuContainer, name: string): string | undefined {
  const index = container.args.findIndex(each => each === name || each.startsWith(`${name}=`));
  if (index < 0) { return undefined; }
  return container.args[index] === name ? container.args[index + 1] : container.args[index].slice(name.length + 1);
}

/** The share that the container gets; undefined when the manifests do not say which board it is of. */
function shareOf(model: ClusterModel, { workload, resource }: GpuUser): GpuShare | undefined {
  const gpu = boardOf(model, workload);
  if (gpu === undefined) { return undefined; }
  const profile = /^nvidia\.com\/mig-(.+?)(?:\.shared)?$/.exec(resource)?.[1].replace(/(gb)\./, '$1+');
  const sharing = sharingOf(model, workload, resource);
  if (profile !== undefined) {
    if (gpu.findProfile(profile) === undefined) { return undefined; }
    return sharing === undefined ? GpuShare.migSlice(gpu, profile) : GpuShare.timeSlicedMigSlice(gpu, profile, sharing.replicas);
  }
  if (sharing === undefined) { return resource.endsWith('.shared') ? undefined : GpuShare.wholeGpu(gpu); }
  return sharing.method === 'mps' ? GpuShare.mpsShare(gpu, sharing.replicas) : GpuShare.timeSliced(gpu, sharing.replicas);
}

/** The board: of the selected product label, else of nodes that carry the labels which the pod selects. */
function boardOf(model: ClusterModel, { nodeSelector }: Workload): Gpu | undefined {
  const product = nodeSelector['nvidia.com/gpu.product'];
  if (product !== undefined) { return Gpu.findByProductLabel(product); }
  for (const key of ['nvidia.com/mig.config', 'nvidia.com/device-plugin.config']) {
    const node = nodeSelector[key] === undefined ? undefined
      : model.labelValues(key).find(label => label.value === nodeSelector[key] && label.together['nvidia.com/gpu.product'] !== undefined);
    if (node !== undefined) { return Gpu.findByProductLabel(node.together['nvidia.com/gpu.product']); }
  }
  return undefined;
}

/** How the resource is shared on the nodes that the pod selects; undefined when it is not, or nobody says. */
function sharingOf(model: ClusterModel, { nodeSelector }: Workload, resource: string): { method: string; replicas: number } | undefined {
  const key = nodeSelector['nvidia.com/device-plugin.config'];
  const file = model.devicePluginFiles.find(each => each.key === key);
  for (const method of ['mps', 'timeSlicing']) {
    const shared = listOf(at(file?.file.value, 'sharing', method, 'resources'))
      .find(each => isFields(each) && String(each.name) === resource.replace(/\.shared$/, ''));
    const replicas = Number(at(shared, 'replicas'));
    if (Number.isInteger(replicas) && replicas >= 2) { return { method, replicas }; }
  }
  return undefined;
}

/** A container with what is known of its model and its share. */
interface Judged {
  readonly user: GpuUser;
  readonly known?: Footprint;
  readonly share?: GpuShare;
  readonly report?: FitReport;
}

/** Four rules ask about the same containers: they are judged once. */
const judgements = new WeakMap<ClusterModel, { documents: number; all: Judged[] }>();

function judged(model: ClusterModel): Judged[] {
  const done = judgements.get(model);
  if (done !== undefined && done.documents === model.documents.length) { return done.all; }
  const all = [...gpuUsers(model)].map(user => {
    const known = footprintOf(user);
    const share = known === undefined ? undefined : shareOf(model, user);
    return { user, known, share, report: known && share && GpuFit.check(known.footprint, share) };
  });
  judgements.set(model, { documents: model.documents.length, all });
  return all;
}

function verdictRule(id: string, verdict: FitVerdict): Rule {
  return {
    id,
    *check(model) {
      for (const { user, report } of judged(model)) {
        if (report?.verdict !== verdict) { continue; }
        const [first] = GpuFit.explain(report).split('\n');
        yield {
          document: user.workload.document,
          path: [...user.container.path, 'resources'],
          message: `container ${user.container.name}: ${[first.replace(/\.$/, ''), ...report.notes].join('; ')}`,
          fix: report.alternatives.length > 0 ? `what fits: ${report.alternatives.join('; ')}` : 'measure it once with nvidia-smi',
        };
      }
    },
  };
}

/** Rules about a model's memory and its share. */
export const MEMORY_RULES: Rule[] = [
  verdictRule('MEM-001', FitVerdict.DOES_NOT_FIT),
  verdictRule('MEM-002', FitVerdict.UNCERTAIN),
  {
    id: 'MEM-003',
    *check(model) {
      for (const { user, known, share, report } of judged(model)) {
        if (report !== undefined && share!.needsFraction && known!.isLlm && !known!.fractionSet) {
          const settings = Object.entries(report.engineSettings).filter(([name]) => /utilization|FRACTION|PERCENT|PASSTHROUGH/.test(name));
          yield {
            document: user.workload.document,
            path: user.container.path,
            message: `container ${user.container.name}: its engine sees the whole GPU of ${share!.visibleMib} MiB and takes 0.9 of it; its share is ${share!.limitMib} MiB`,
            fix: `set ${settings.map(([name, value]) => `${name}=${value}`).join(' and ')}`,
          };
        }
      }
    },
  },
  {
    id: 'MEM-004',
    *check(model) {
      for (const { user, known } of judged(model)) {
        if (known === undefined) {
          yield {
            document: user.workload.document,
            path: [...user.container.path, 'resources'],
            message: `container ${user.container.name}: which model it runs is not known, so its memory was not checked`,
            fix: 'annotate the object with cdk8s-gpu/model, and cdk8s-gpu/selector for a speech NIM',
          };
        }
      }
    },
  },
];
