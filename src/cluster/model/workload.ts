import { ManifestDocument } from './document';
import { mostPodsOf } from './pod-count';
import { at, fieldsOf, listOf, Path, stringsOf, TEMPLATES, textOf } from '../../kubernetes';

/** A container, or a NIMService, which stands for its only container. */
export interface GpuContainer {
  readonly name: string;
  readonly image?: string;
  readonly path: Path;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly mountPaths: string[];
  readonly args: string[];
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
  /** The most pods at one time; undefined for what has no such number (`mostPodsOf`). */
  readonly mostPods?: number;
}

/** The workloads of a document. */
export function workloadsOf(document: ManifestDocument): Workload[] {
  if (document.kind === 'NIMService') { return [nimWorkload(document, ['spec'], document.name)]; }
  if (document.kind === 'NIMPipeline') {
    return listOf(document.spec.services).map((service, index) =>
      nimWorkload(document, ['spec', 'services', index, 'spec'], textOf(at(service, 'name')) ?? document.name));
  }
  const paths = [...TEMPLATES[document.kind] ?? []];
  if (document.kind === 'RayCluster') {
    listOf(document.spec.workerGroupSpecs).forEach((_, index) => paths.push(['spec', 'workerGroupSpecs', index, 'template', 'spec']));
  }
  return paths
    .filter(path => Array.isArray(at(document.value, ...path, 'containers')) || at(document.value, ...path, 'model') !== undefined)
    .map(path => podWorkload(document, path));
}

function podWorkload(document: ManifestDocument, path: Path): Workload {
  const pod = fieldsOf(at(document.value, ...path));
  const containers = (['containers', 'initContainers'] as const).flatMap(key =>
    listOf(pod[key]).map((container, index) => containerAt(container, [...path, key, index])));
  const model = pod.model === undefined ? [] : [containerAt(pod.model, [...path, 'model'])];
  return {
    document,
    path,
    containers: [...containers, ...model],
    nodeSelector: { ...Object.fromEntries([...affinityOf(pod)].map(([key, { value }]) => [key, value])), ...stringsOf(pod.nodeSelector) },
    requiredLabels: requiredLabelsOf(pod.affinity),
    mostPods: mostPodsOf(document, path),
  };
}

/** Where a workload says which value of a label its nodes must have. */
export function selectorPath({ document, path }: Workload, key: string): Path {
  const pod = at(document.value, ...path);
  const required = key in fieldsOf(at(pod, 'nodeSelector')) ? undefined : affinityOf(pod).get(key);
  return required === undefined ? [...path, 'nodeSelector', key] : [...path, ...required.path];
}

const REQUIRED_TERMS = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];

/** Labels of a required node affinity with one term, where one value is allowed. */
function affinityOf(pod: unknown): Map<string, { value: string; path: Path }> {
  const terms = listOf(at(pod, ...REQUIRED_TERMS));
  const expressions = terms.length === 1 ? listOf(at(terms[0], 'matchExpressions')) : [];
  return new Map(expressions.flatMap((expression, index) => {
    const [key, values] = [textOf(at(expression, 'key')), listOf(at(expression, 'values'))];
    if (key === undefined || at(expression, 'operator') !== 'In' || values.length !== 1) { return []; }
    return [[key, { value: String(values[0]), path: [...REQUIRED_TERMS, 0, 'matchExpressions', index, 'values'] as Path }] as const];
  }));
}

function containerAt(value: unknown, path: Path): GpuContainer {
  return {
    name: textOf(at(value, 'name')) ?? '',
    image: textOf(at(value, 'image')),
    path,
    limits: fieldsOf(at(value, 'resources', 'limits')),
    requests: fieldsOf(at(value, 'resources', 'requests')),
    env: environmentOf(at(value, 'env')),
    mountPaths: listOf(at(value, 'volumeMounts')).map(mount => textOf(at(mount, 'mountPath')) ?? ''),
    args: [...listOf(at(value, 'command')), ...listOf(at(value, 'args'))].map(String),
  };
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
      image: repository === undefined ? undefined : `${repository}:${String(at(spec, 'image', 'tag') ?? '')}`,
      path,
      limits: fieldsOf(at(spec, 'resources', 'limits')),
      requests: fieldsOf(at(spec, 'resources', 'requests')),
      env: environmentOf(spec.env),
      mountPaths: ['/dev/shm'], // the operator always mounts a memory volume there (nimservice_types.go)
      args: listOf(spec.args).map(String),
    }],
    nodeSelector: stringsOf(spec.nodeSelector),
    requiredLabels: requiredLabelsOf(spec.affinity),
    mostPods: mostPodsOf(document, path),
  };
}

function environmentOf(value: unknown): Record<string, string> {
  return Object.fromEntries(listOf(value).map(each => [textOf(at(each, 'name')) ?? '', String(at(each, 'value') ?? '')]));
}

/** What every node must have, where one term says it: several terms are alternatives, and then nothing is certain. */
function requiredLabelsOf(affinity: unknown): Record<string, string[]> {
  const terms = listOf(at(affinity, 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'));
  if (terms.length !== 1) { return {}; }
  return Object.fromEntries(listOf(at(terms[0], 'matchExpressions'))
    .filter(each => at(each, 'operator') === 'In' && typeof at(each, 'key') === 'string')
    .map(each => [String(at(each, 'key')), listOf(at(each, 'values')).map(String)]));
}
