import { servingOf, setsCacheSize } from './serving-arguments';
import { engineOf, isServing } from './serving-images';
import { asItRuns } from './serving-runtimes';
import { devicesWithRoom, TurnTaker } from './time-slicing-memory';
import { boardNamedBy, ClusterModel, GpuContainer, nodeConfigOf, nodesWith, Workload } from '../../cluster';
import {
  annotationFor, engineOfImage, FitReport, FitVerdict, GpuFit, GpuMemory, InferenceEngine, LlmServingOptions,
  MEMORY_ANNOTATION, memoryIn, MODEL_ANNOTATION, ModelFootprint, SERVING_ANNOTATION, servingIn,
} from '../../fit';
import { Gpu, GpuSliceKind } from '../../hardware';
import { at, quantityOf } from '../../kubernetes';
import { LlmArchitecture, NimModel } from '../../models';
import { shown } from '../../text';
import { ofPods } from '../of-pods';
import { Check, defineRule, Rule } from '../rule';

/** A container that asks for a GPU. */
interface GpuUser {
  readonly workload: Workload;
  /** As it runs: KServe lays that of an InferenceService over one of its runtime. */
  readonly container: GpuContainer;
  /** As the workload has it. */
  readonly written: GpuContainer;
  readonly resource: string;
}

/** Resources of the device plugin: whole GPUs, MIG devices, and shares of either. */
function* gpuUsers(model: ClusterModel): Generator<GpuUser> {
  for (const workload of model.distinctWorkloads) {
    for (const written of workload.containers) {
      const container = asItRuns(model, workload, written) ?? written;
      const resource = Object.entries({ ...container.requests, ...container.limits })
        .find(([name, count]) => /^nvidia\.com\/(?:gpu(?:\.shared)?|mig-.*)$/.test(name) && shown(count) !== '0')?.[0];
      if (resource !== undefined) { yield { workload, container, written, resource }; }
    }
  }
}

interface Footprint { readonly footprint: ModelFootprint; readonly isLlm: boolean; readonly fractionSet: boolean }

/**
 * The model: measured, or known from an annotation, the image, or the arguments of an engine; undefined when none says.
 */
function footprintOf({ workload, container, written, resource }: GpuUser): Footprint | undefined {
  const { annotations } = workload.document;
  const said = (key: string) => annotationFor(annotations, key, container.name);
  const measured = memoryIn(said(MEMORY_ANNOTATION));
  if (measured !== undefined) {
    return { footprint: ModelFootprint.measured(measured, container.name), isLlm: false, fractionSet: true };
  }
  const named = said(MODEL_ANNOTATION);
  const noted = servingIn(said(SERVING_ANNOTATION));
  const gpus = quantityOf(container.limits[resource] ?? container.requests[resource]) ?? 1;
  const selector = said('cdk8s-gpu/selector') ?? container.env.NIM_TAGS_SELECTOR;
  const nim = NimModel.findByImage(named ?? container.image ?? '');
  if (nim !== undefined) {
    const isLlm = nim.kind === 'llm' || nim.kind === 'vlm';
    const serving = forOneEngine(shipped(container, isLlm), {
      ...noted,
      ...nimServing({ workload, container, written, resource }, gpus),
    });
    return {
      footprint: ModelFootprint.ofNim(nim, { selector, serving }),
      isLlm,
      fractionSet: setsMemory(serving, container),
    };
  }
  const argued = servingOf(container, gpus);
  if (argued === undefined || (named === undefined && mayBeElsewhere(container))) { return undefined; }
  const inImage = { ...shipped(container, false), ...defined({ engine: argued.engine }) };
  const serving = forOneEngine(inImage, { ...defined(argued), ...noted, ...defined({ ...argued, engine: undefined }) });
  const id = named ?? container.model ?? container.args.find(each => LlmArchitecture.find(each) !== undefined);
  const architecture = id === undefined ? undefined : LlmArchitecture.find(id);
  return architecture
    && {
      footprint: ModelFootprint.ofLlm(architecture, serving),
      isLlm: true,
      fractionSet: setsMemory(serving, container),
    };
}

/**
 * Whether layers may stand in the memory of the host: llama.cpp puts as many on the GPU as fit, unless it is told
 * otherwise (`--fit`, ggml-org/llama.cpp#16653; before, none were by themselves). A repository for
 * it has files of several widths.
 */
function mayBeElsewhere(container: GpuContainer): boolean {
  return engineOf(container) === InferenceEngine.LLAMA_CPP;
}

/** Whether the engine is told how much to take. */
function setsMemory({ fraction }: LlmServingOptions, container: GpuContainer): boolean {
  return fraction !== undefined || setsCacheSize(container);
}

/** The release of the engine in the image, where its tag says it. */
function shipped({ image }: GpuContainer, asNim: boolean): LlmServingOptions {
  const found = engineOfImage(image ?? '', asNim);
  return defined({ engine: found?.engine, engineVersion: found?.version });
}

/** What is said of a container beats its image; the version of an image is that of its own engine alone. */
function forOneEngine(shippedEngine: LlmServingOptions, said: LlmServingOptions): LlmServingOptions {
  const other = said.engine !== undefined && shippedEngine.engine !== undefined && said.engine !== shippedEngine.engine;
  return { ...(other ? {} : shippedEngine), ...said };
}

/**
 * A NIM spreads a language model over all GPUs that the operator gives it; of other NIM containers the profile says how
 * many.
 */
function nimServing({ workload, container, resource }: GpuUser, gpus: number): LlmServingOptions {
  const spread = isNim(workload) && resource === 'nvidia.com/gpu' && isCount(gpus);
  const nodes = nodesOf(workload);
  const argued = defined({ ...servingOf(container, 1), engine: undefined });
  return { ...spread && { tensorParallel: gpus }, ...nodes > 1 && { pipelineParallel: nodes }, ...argued };
}

function isNim({ document }: Workload): boolean {
  return document.kind === 'NIMService' || document.kind === 'NIMPipeline';
}

/** Nodes that the layers are spread over. */
function nodesOf({ document, path }: Workload): number {
  const nodes = at(document.value, ...path, 'multiNode', 'parallelism', 'pipeline');
  return isCount(nodes) ? nodes : 1; // of another, NIM-095 or the fields of the CRD tell
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function defined(serving: LlmServingOptions): LlmServingOptions {
  return Object.fromEntries(Object.entries(serving).filter(([, value]) => value !== undefined));
}

/** What the container gets, and whether it can get nothing larger. */
interface Share { readonly memory: GpuMemory; readonly certain: boolean }

/** The share that the container gets; undefined when the manifests do not say which board it is of. */
function shareOf(model: ClusterModel, { workload, resource }: GpuUser): Share | undefined {
  const profile = /^nvidia\.com\/mig-(.+?)(?:\.shared)?$/.exec(resource)?.[1].replace(/(gb)\./, '$1+');
  const selected = selectedBoard(model, workload);
  const gpu = selected ?? onlyBoard(model, workload);
  const sharing = sharedBy(model, workload, resource);
  if (profile !== undefined) {
    const boards = gpu === undefined ? Gpu.all() : [gpu];
    const slices = boards.filter(each => each.findProfile(profile) !== undefined).map(each => (
      sharing === undefined
        ? GpuMemory.migSlice(each, profile)
        : GpuMemory.timeSlicedMigSlice(each, profile, sharing.replicas)));
    const [largest] = slices.sort((a, b) => b.limitMib - a.limitMib);
    return largest && { memory: largest, certain: gpu === undefined || selected !== undefined };
  }
  if (gpu === undefined) { return undefined; }
  const certain = selected !== undefined;
  if (sharing === undefined) {
    return resource.endsWith('.shared') ? undefined : { memory: GpuMemory.wholeGpu(gpu), certain };
  }
  return {
    memory: sharing.method === 'mps'
      ? GpuMemory.mpsShare(gpu, sharing.replicas)
      : GpuMemory.timeSliced(gpu, sharing.replicas),
    certain,
  };
}

const PRODUCT = 'nvidia.com/gpu.product';

/** The board that the selected labels name, else that of nodes that carry the labels which the pod selects. */
function selectedBoard(model: ClusterModel, { nodeSelector }: Workload): Gpu | undefined {
  const named = boardNamedBy(nodeSelector);
  if (named !== undefined || nodeSelector[PRODUCT] !== undefined) { return named; }
  for (const key of ['nvidia.com/mig.config', 'nvidia.com/device-plugin.config']) {
    const node = nodeSelector[key] === undefined ? undefined
      : model.labelsWith(key, nodeSelector[key]).find(label => label.together[PRODUCT] !== undefined);
    if (node !== undefined) { return Gpu.findByProductLabel(node.together[PRODUCT]); }
  }
  return undefined;
}

/**
 * The one board of all Node objects that a pod may run on; others may be in the cluster that are not among the
 * manifests.
 */
function onlyBoard(model: ClusterModel, { nodeSelector }: Workload): Gpu | undefined {
  const selector = Object.entries(nodeSelector);
  return model.once(`onlyBoard ${JSON.stringify(selector)}`, () => {
    const products = new Set(nodesWith(model, nodeSelector).flatMap(({ labels }) => labels[PRODUCT] ?? []));
    const boards = [...new Set([...products].map(each => Gpu.findByProductLabel(each)))];
    return boards.length === 1 ? boards[0] : undefined;
  });
}

/** How the resource is shared on the nodes that the pod selects; undefined when it is not, or nobody says. */
export function sharedBy(
  model: ClusterModel,
  { nodeSelector }: Workload,
  resource: string,
): { method: string; replicas: number } | undefined {
  const sharing = nodeConfigOf(model, nodeSelector)?.sharing;
  const shared = sharing?.resources.find(({ name }) => name === resource.replace(/\.shared$/, ''));
  return shared && { method: sharing!.method, replicas: shared.replicas };
}

/** A container with what is known of its model and its share. */
export interface Judged {
  readonly user: GpuUser;
  readonly known?: Footprint;
  readonly share?: GpuMemory;
  /** Whether the share may be of a larger board that the manifests do not show. */
  readonly mayBeLarger: boolean;
  readonly report?: FitReport;
}

/** Five rules ask about the same containers: they are judged once. */
export function judged(model: ClusterModel): readonly Judged[] {
  return model.once(judged, () => judge(model));
}

function judge(model: ClusterModel): Judged[] {
  const all = [...gpuUsers(model)].map(user => {
    const known = footprintOf(user);
    const share = known === undefined ? undefined : shareOf(model, user);
    const report = known && share && GpuFit.check(known.footprint, share.memory);
    return { user, known, share: share?.memory, mayBeLarger: share?.certain === false, report };
  });
  const withRoom = devicesWithRoom(all.filter(each => takesTurns(each.share)).flatMap(each => {
    const turn = turnOf(each);
    return model.documentsLike(each.user.workload.document).map(() => turn);
  }));
  return all.map(each =>
    (takesTurns(each.share) && !each.known!.isLlm && withRoom.has(deviceOf(each.user)) ? judgedAlone(each) : each));
}

/** Whether the model of a container fits what the container asks for. */
export interface ContainerFit {
  readonly workload: Workload;
  readonly container: GpuContainer;
  /** Undefined when the manifests say neither the model nor the board. */
  readonly report?: FitReport;
}

/** Every container that asks for a GPU, with what the rules about memory found of it. */
export function containerFits(model: ClusterModel): ContainerFit[] {
  const reports = new Map(judged(model).map(({ user, report }) => [user.written, report]));
  return model.workloads.flatMap(workload => workload.containers.filter(container => reports.has(container))
    .map(container => ({ workload, container, report: reports.get(container) })));
}

function takesTurns(share: GpuMemory | undefined): share is GpuMemory {
  return share?.kind === GpuSliceKind.TIME_SLICED || share?.kind === GpuSliceKind.MIG_TIME_SLICED;
}

function deviceOf({ workload, resource }: GpuUser): string {
  return `${resource} ${Object.entries(workload.nodeSelector).map(([key, value]) => `${key}=${value}`).sort().join()}`;
}

function turnOf({ user, known, share }: Judged): TurnTaker {
  const onDevice = GpuFit.check(known!.footprint, deviceAlone(share!));
  return {
    device: deviceOf(user),
    share: share!,
    mostPods: user.workload.mostPods,
    takesFraction: known!.isLlm,
    worstMib: onDevice.neededWorstMib,
  };
}

/** Where all that may meet fit together, each is judged against the device. */
function judgedAlone(each: Judged): Judged {
  return { ...each, report: GpuFit.check(each.known!.footprint, deviceAlone(each.share!)) };
}

function deviceAlone({ gpu, profile }: GpuMemory): GpuMemory {
  return profile === undefined ? GpuMemory.timeSliced(gpu!, 1) : GpuMemory.timeSlicedMigSlice(gpu!, profile, 1);
}

function ofVerdict(verdict: FitVerdict): Check {
  return ofPods(function* (model) {
    for (const { user, report, mayBeLarger } of judged(model)) {
      if (report === undefined || report.verdict !== verdict) { continue; }
      const [first] = GpuFit.explain(report).split('\n');
      yield {
        document: user.workload.document,
        path: [...user.container.path, 'resources'],
        message: `container ${user.container.name}: ${[first.replace(/\.$/, ''), ...report.notes].join('; ')}`,
        fix: report.alternatives.length > 0
          ? `what fits: ${report.alternatives.join('; ')}`
          : `give it a larger GPU or several, or a smaller model; a figure that was measured counts by ${MEMORY_ANNOTATION}`,
        ...mayBeLarger && user.workload.document.author === 'person' && { severity: 'warning' as const },
      };
    }
  });
}

/** Rules about a model's memory and its share. */
export const MEMORY_RULES: Rule[] = [
  defineRule({
    id: 'MEM-001',
    name: 'model-does-not-fit',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'the estimate is the least that the model can need, and an error needs a board that is selected or '
      + 'a profile that no board has large enough; else it is a warning. A measured figure in an annotation beats '
      + 'it',
    refusedAtOnce: true,
    sentence: 'a model must fit the memory of its share in the best case',
    why: 'it dies when it starts, or when its first requests come',
    evidence: 'docs/fit.md of this repository: the arithmetic and its sources',
    check: ofVerdict(FitVerdict.DOES_NOT_FIT),
  }),
  defineRule({
    id: 'MEM-002',
    name: 'model-may-not-fit',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a model should fit the memory of its share in the worst case too',
    why: 'between the best and the worst case it depends on load, driver and release',
    evidence: 'docs/fit.md of this repository: the arithmetic and its sources',
    check: ofVerdict(FitVerdict.UNCERTAIN),
  }),
  defineRule({
    id: 'MEM-004',
    name: 'unknown-model',
    area: 'memory',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'the model of a container that serves one on a GPU should be known',
    why: 'its memory cannot be checked otherwise. Said of NIMs and of the images of engines that serve models, not '
      + 'of other containers with a GPU',
    evidence: 'none needed: what is not known cannot be judged',
    check: ofPods(function* (model) {
      for (const { user, known } of judged(model)) {
        // which model runs in a runtime of KServe, an InferenceService says
        if (/^(?:Cluster)?ServingRuntime$/.test(user.workload.document.kind)) { continue; }
        if (known === undefined && (isNim(user.workload) || isServing(user.container))) {
          yield {
            document: user.workload.document,
            path: [...user.container.path, 'resources'],
            message: `container ${user.container.name}: ${user.container.model === undefined
              ? 'which model it runs is not known'
              : 'its model or its settings are not among those that can be counted'}, so its memory was not checked`,
            fix: user.container.model === undefined
              ? 'annotate the object with cdk8s-gpu/model, and cdk8s-gpu/selector for a speech NIM'
              : `annotate the object with ${MEMORY_ANNOTATION}, the MiB that nvidia-smi shows of it`,
          };
        }
      }
    }),
  }),
];
