import { commandWords } from './container-command';
import { ManifestDocument } from './document';
import { mostNimPodsOf } from './nim-pods';
import { servedModelOf } from './served-model';
import {
  at, Fields, fieldsOf, listOf, Path, plainText, PodTemplate, podTemplatesOf, stringsOf, textOf,
} from '../../kubernetes';

/** A container, or a NIMService, which stands for its only container. */
export interface GpuContainer {
  readonly name: string;
  readonly image?: string;
  readonly path: Path;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly mountPaths: string[];
  /** What it runs, command and arguments: variables are filled in, and of a shell's script it is the words. */
  readonly args: string[];
  /** The model that it serves, as an option, its command or a variable names it. */
  readonly model?: string;
}

/** A pod template, and how many pods come of it. */
export interface Workload {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly containers: GpuContainer[];
  /** Labels that its nodes must have: by nodeSelector, or by a required node affinity that leaves one value. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Labels that a node must have for the required node affinity, each with the values that will do. */
  readonly requiredLabels: Readonly<Record<string, string[]>>;
  /** The most pods at one time; undefined for what has no such number, such as jobs. */
  readonly mostPods?: number;
  /** How many pods a job runs side by side, where there is room; undefined for what is no job. */
  readonly podsInParallel?: number;
  /** Whether the kind is not known, and the pods were found by their shape: what is said of them is a note. */
  readonly byShape?: boolean;
}

/** The workloads of a document. */
export function workloadsOf(document: ManifestDocument): Workload[] {
  if (document.kind === 'NIMService') { return [nimWorkload(document, ['spec'], document.name)]; }
  if (document.kind === 'NIMPipeline') {
    return listOf(document.spec.services).map((service, index) =>
      nimWorkload(document, ['spec', 'services', index, 'spec'], textOf(at(service, 'name')) ?? document.name));
  }
  return podTemplatesOf(document.value).map(template => podWorkload(document, template));
}

function podWorkload(
  document: ManifestDocument,
  { path, containers, defaults, mostPods, podsInParallel, byShape }: PodTemplate,
): Workload {
  const inherited = defaults === undefined ? {} : fieldsOf(at(document.value, ...defaults));
  const own = fieldsOf(at(document.value, ...path));
  const pod = {
    nodeSelector: own.nodeSelector ?? inherited.nodeSelector,
    affinity: own.affinity ?? inherited.affinity,
  };
  return {
    document,
    path,
    containers: containers.map(container => ofPreset(document, containerAt(
      at(document.value, ...container.path),
      container.path,
      container.name,
      container.resources && dynamoResources(at(document.value, ...container.resources)),
    ))),
    nodeSelector: {
      ...Object.fromEntries([...affinityOf(pod)].map(([key, { value }]) => [key, value])),
      ...stringsOf(pod.nodeSelector),
    },
    requiredLabels: requiredLabelsOf(pod.affinity),
    mostPods: document.hasController ? 0 : mostPods, // counted with the object that it is of
    podsInParallel,
    byShape,
  };
}

/** Where a workload says which value of a label its nodes must have. */
export function selectorPath({ document, path }: Workload, key: string): Path {
  const pod = at(document.value, ...path);
  const required = Object.hasOwn(fieldsOf(at(pod, 'nodeSelector')), key) ? undefined : affinityOf(pod).get(key);
  return required === undefined ? [...path, 'nodeSelector', key] : [...path, ...required.path];
}

const REQUIRED_TERMS = [
  'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms',
];

/** Labels of a required node affinity with one term, where one value is allowed. */
function affinityOf(pod: unknown): Map<string, { value: string; path: Path }> {
  const terms = listOf(at(pod, ...REQUIRED_TERMS));
  const expressions = terms.length === 1 ? listOf(at(terms[0], 'matchExpressions')) : [];
  return new Map(expressions.flatMap((expression, index) => {
    const [key, values] = [textOf(at(expression, 'key')), listOf(at(expression, 'values'))];
    if (key === undefined || at(expression, 'operator') !== 'In' || values.length !== 1) { return []; }
    return [[
      key,
      { value: plainText(values[0]), path: [...REQUIRED_TERMS, 0, 'matchExpressions', index, 'values'] as Path },
    ] as const];
  }));
}

/** What Dynamo makes of `gpu: "1"` (ai-dynamo/dynamo@015d780b deploy/operator/api/v1alpha1 common.go ResourceItem). */
function dynamoResources(resources: unknown): Readonly<Fields> {
  return Object.fromEntries(['limits', 'requests'].map(key => {
    const { gpu, gpuType, custom } = fieldsOf(at(resources, key));
    const own = Object.entries(fieldsOf(at(resources, key))).filter(([name]) => name.includes('/'));
    const gpus = gpu === undefined ? {} : { [textOf(gpuType) ?? 'nvidia.com/gpu']: gpu };
    return [key, { ...gpus, ...fieldsOf(custom), ...Object.fromEntries(own) }];
  }));
}

/**
 * The container that an LLMInferenceService leaves to a preset of KServe: it serves the model of the object, with the
 * options of a variable (kserve/kserve@01a639ac config/llmisvcconfig/config-llm-template.yaml).
 */
function ofPreset({ kind, spec }: ManifestDocument, container: GpuContainer): GpuContainer {
  if (kind !== 'LLMInferenceService' || container.name !== 'main' || container.model !== undefined) { return container; }
  const options = (container.env.VLLM_ADDITIONAL_ARGS ?? '').split(/\s+/).filter(each => each !== '');
  return { ...container, args: [...container.args, ...options], model: modelInStorage(at(spec, 'model', 'uri')) };
}

function containerAt(value: unknown, path: Path, name: string, beside?: Readonly<Fields>): GpuContainer {
  const env = environmentOf(at(value, 'env'));
  const args = commandWords([...listOf(at(value, 'command')), ...listOf(at(value, 'args'))].map(plainText), env);
  const resources = at(value, 'resources')
    ?? at(value, 'resourcesPerNode') // of a TrainJob
    ?? at(value, 'computeResources') // of a step of Tekton
    ?? beside;
  return {
    name,
    image: textOf(at(value, 'image')),
    path,
    limits: fieldsOf(at(resources, 'limits')),
    requests: fieldsOf(at(resources, 'requests')),
    env,
    mountPaths: listOf(at(value, 'volumeMounts')).map(mount => folderNamed(textOf(at(mount, 'mountPath')) ?? '')),
    args,
    model: servedModelOf({ args, env }) ?? modelInStorage(at(value, 'storageUri')),
  };
}

/** `/dev/shm/` is `/dev/shm`. */
function folderNamed(mountPath: string): string {
  return mountPath.length > 1 && mountPath.endsWith('/') ? mountPath.slice(0, -1) : mountPath;
}

/** KServe names a model of the Hugging Face hub by `hf://`; other places hold anything. */
function modelInStorage(uri: unknown): string | undefined {
  return /^hf:\/\/([^/]+\/[^/:]+)/.exec(textOf(uri) ?? '')?.[1];
}

/** What the NIM Operator makes one container of. */
function nimWorkload(document: ManifestDocument, path: Path, name: string): Workload {
  const spec = fieldsOf(at(document.value, ...path));
  const repository = textOf(at(spec, 'image', 'repository'));
  return {
    document,
    path,
    containers: [{
      name,
      image: repository === undefined ? undefined : `${repository}:${plainText(at(spec, 'image', 'tag'))}`,
      path,
      limits: fieldsOf(at(spec, 'resources', 'limits')),
      requests: fieldsOf(at(spec, 'resources', 'requests')),
      env: environmentOf(spec.env),
      mountPaths: ['/dev/shm'], // the operator always mounts a memory volume there (nimservice_types.go)
      args: listOf(spec.args).map(plainText),
    }],
    nodeSelector: stringsOf(spec.nodeSelector),
    requiredLabels: requiredLabelsOf(spec.affinity),
    mostPods: mostNimPodsOf(document, path),
  };
}

function environmentOf(value: unknown): Record<string, string> {
  return Object.fromEntries(listOf(value).map(each => [textOf(at(each, 'name')) ?? '', plainText(at(each, 'value'))]));
}

/** What every node must have, where one term says it: several terms are alternatives, and then nothing is certain. */
function requiredLabelsOf(affinity: unknown): Record<string, string[]> {
  const terms = listOf(at(
    affinity,
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ));
  if (terms.length !== 1) { return {}; }
  return Object.fromEntries(listOf(at(terms[0], 'matchExpressions'))
    .filter(each => at(each, 'operator') === 'In' && typeof at(each, 'key') === 'string')
    .map(each => [plainText(at(each, 'key')), listOf(at(each, 'values')).map(plainText)]));
}
