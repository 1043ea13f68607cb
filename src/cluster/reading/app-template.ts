import { below, treeOf } from './moved-lines';
import type { ValuesPlace } from './values-place';
import { Fields, fieldsOf, isFields, LineTree, listOf, plainText, textOf } from '../../kubernetes';
import { FROM_VALUES, ManifestDocument } from '../model/document';

/** The kinds that a controller of the chart may be of (bjw-s-labs/helm-charts charts/library/common). */
const KINDS: Readonly<Record<string, string>> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  job: 'Job',
  cronjob: 'CronJob',
};

/** The workloads that the app-template chart makes of `controllers`: many who serve models at home write them so. */
export function appTemplateWorkloads(values: Readonly<Fields>, place: ValuesPlace): ManifestDocument[] {
  return Object.entries(fieldsOf(values.controllers)).flatMap(([name, controller]) => {
    if (!isFields(controller) || controller.enabled === false) { return []; }
    const kind = KINDS[textOf(controller.type) ?? 'deployment'];
    const containers = Object.entries(fieldsOf(controller.containers)).filter(isEnabled);
    const before = Object.entries(fieldsOf(controller.initContainers)).filter(isEnabled);
    return kind === undefined || containers.length === 0
      ? []
      : [workloadOf(kind, name, controller, { containers, initContainers: before }, values, place)];
  });
}

/** Containers of a controller by their keys, those that run before the others apart. */
interface Containers {
  readonly containers: [string, Readonly<Fields>][];
  readonly initContainers: [string, Readonly<Fields>][];
}

const LISTS = ['initContainers', 'containers'] as const;

function isEnabled(entry: [string, unknown]): entry is [string, Readonly<Fields>] {
  return isFields(entry[1]) && entry[1].enabled !== false;
}

function workloadOf(
  kind: string, name: string, controller: Readonly<Fields>, given: Containers, values: Readonly<Fields>,
  { file, index, lines }: ValuesPlace,
): ManifestDocument {
  const options = { ...fieldsOf(values.defaultPodOptions), ...fieldsOf(controller.pod) };
  const lists = LISTS.filter(list => given[list].length > 0);
  const pod = {
    ...options,
    ...Object.fromEntries(lists.map(list =>
      [list, given[list].map(([key, container]) => containerOf(key, container))])),
  };
  const spec = { ...'replicas' in controller && { replicas: controller.replicas }, template: { spec: pod } };
  const root = below(['controllers', name], lines);
  const ofPod = (): LineTree => {
    const tree = root();
    const itemsOf = (list: keyof Containers) => treeOf(tree.line, new Map(given[list].map(([key], number) =>
      [number, below([list, key], root)()])));
    const own = (key: string | number) =>
      tree.child('pod')?.child(key) ?? lines().child('defaultPodOptions')?.child(key);
    const isList = (key: string | number): key is keyof Containers => LISTS.some(each => each === key);
    return { line: tree.line, child: key => (isList(key) ? itemsOf(key) : own(key)) };
  };
  const path = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
  const wrapped = () =>
    path.reduceRight<LineTree>(
      (tree, key) => ({ line: root().line, child: each => (each === key ? tree : undefined) }),
      ofPod(),
    );
  const value = {
    apiVersion: ['Job', 'CronJob'].includes(kind) ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, annotations: { 'cdk8s-gpu/form': 'partial', [FROM_VALUES]: 'true' } },
    spec: kind === 'CronJob' ? { jobTemplate: { spec } } : spec,
  };
  return new ManifestDocument(value, file, index, 'person', undefined, wrapped);
}

/** A value in a list is read as one in a map, which the chart quotes: what it makes of a number is not judged. */
function asText(variable: unknown): unknown {
  const isBare = isFields(variable) && ['number', 'boolean'].includes(typeof variable.value);
  return isBare ? { ...variable, value: plainText(variable.value) } : variable;
}

function containerOf(name: string, { image, env, ...container }: Readonly<Fields>): Fields {
  const { repository, tag } = fieldsOf(image);
  return {
    ...container,
    name,
    image: textOf(image) ?? (repository === undefined ? undefined : `${plainText(repository)}:${plainText(tag)}`),
    env: isFields(env)
      ? Object.entries(env)
        .map(([key, value]) => ({ name: key, ...isFields(value) ? value : { value: plainText(value) } }))
      : listOf(env).map(asText),
  };
}
