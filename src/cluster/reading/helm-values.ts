import { appTemplateWorkloads } from './app-template';
import { arePlainlyOf, Chart, chartNamed, chartOfValues, isNameOfChart } from './charts';
import { below, under } from './moved-lines';
import { isTrueToTemplates, policyOf } from './rendered-policy';
import { NamedChart } from './values-files';
import { ValuesPlace } from './values-place';
import { at, Fields, fieldsOf, isFields, LineTree, textOf } from '../../kubernetes';
import { Product } from '../../releases';
import { ManifestDocument } from '../model/document';

/** Where the chart puts a ConfigMap of the values. */
const WITH_CONFIG = ['migManager', 'devicePlugin'];

/** The product whose release a chart's version is. */
const PRODUCTS: Readonly<Partial<Record<Chart, Product>>> = {
  'gpu-operator': 'gpu-operator',
  'dra-driver': 'dra-driver',
  'nim-operator': 'nim-operator',
};

/**
 * What a chart makes of a values file: of the gpu-operator a ClusterPolicy, as far as the values say it, and the
 * ConfigMaps that `create: true` asks for, of the device plugin its ConfigMap; and the values themselves, as an object
 * of the kind `HelmValues` with the chart for a name. Undefined when it is no values file of a chart that is known.
 * @param named the chart that another file says they are given to; @default - nobody says it
 */
export function helmValuesOf(
  value: Readonly<Fields>,
  file: string,
  index: number,
  lines: () => LineTree,
  named?: NamedChart,
): ManifestDocument[] | undefined {
  if (value.kind !== undefined || value.apiVersion !== undefined) { return undefined; }
  const isOfOther = named !== undefined; // which is known, or is not
  const chart = isOfOther ? named.chart : chartOfValues(value, file);
  if (chart !== undefined) {
    const isGuessed = !isOfOther && !arePlainlyOf(chart, value);
    return chartObjects(value, {
      file,
      index,
      lines,
      chart,
      isGuessed,
      version: named?.version,
      repository: named?.repository,
      isIncomplete: named?.isIncomplete,
    });
  }
  const parts = partsOf(value, named?.parts);
  if (parts.length === 0) { return undefined; }
  return parts.flatMap(([key, values]) =>
    chartObjects(values, {
      ...named?.parts?.get(key) ?? { chart: chartNamed(key) },
      file,
      index,
      lines: below([key], lines),
      isPart: true,
    }));
}

/**
 * The values that a chart has for charts in it.
 * @param named the keys of those that it is said to have
 */
export function partsOf(
  values: Readonly<Fields>,
  named?: ReadonlyMap<string, unknown>,
): [string, Readonly<Fields>][] {
  return Object.entries(values)
    .filter((entry): entry is [string, Readonly<Fields>] =>
      ((isNameOfChart(entry[0]) && entry[0] !== 'app-template') || named?.has(entry[0]) === true) && isFields(entry[1]));
}

/** The objects that a chart makes of values. */
export function chartObjects(values: Readonly<Fields>, place: ValuesPlace): ManifestDocument[] {
  const {
    chart,
    version = releaseIn(values, chart),
    repository,
    file,
    index,
    lines,
    isGuessed = false,
    isIncomplete = false,
    isPart = false,
    isOfRancher = false,
  } = place;
  // a chart around one of its own name
  const inner = partsOf(values).filter(([key]) => chart === undefined || chartNamed(key) === chart);
  if (chart === undefined || inner.length > 0) {
    return inner.flatMap(([key, part]) =>
      chartObjects(part, {
        ...place,
        chart: chartNamed(key),
        version: undefined,
        isGuessed: false,
        isPart: true,
        lines: below([key], lines),
      }));
  }
  if (chart === 'app-template') { return appTemplateWorkloads(values, place); }
  const product = PRODUCTS[chart];
  const annotations = {
    'cdk8s-gpu/form': 'partial',
    ...product !== undefined && version !== undefined && { [`cdk8s-gpu/${product}`]: version },
  };
  const themselves = new ManifestDocument(
    {
      apiVersion: 'helm',
      kind: 'HelmValues',
      metadata: { name: chart, annotations },
      values,
      chart: { version, repository, isGuessed, isIncomplete, isPart, isOfRancher },
    },
    file, index, 'person', undefined, () => under('values', lines()));
  const nfd = nfdWorkersOf(values, chart, place);
  switch (chart) {
    case 'gpu-operator': {
      const deploysPolicy = at(values, 'clusterPolicy', 'deployCR') !== false;
      return [...(deploysPolicy ? [policyOf(values, place)] : []), ...configMapsOf(values, place), themselves, ...nfd];
    }
    case 'nvidia-device-plugin': return [...pluginConfigMapOf(values, place), themselves, ...nfd];
    default: return [themselves, ...nfd];
  }
}

/**
 * The release that whole values of the gpu-operator chart were copied of: up to 1.11 they had the tag of its own image,
 * and of the validator's, which is released with it (gpu-operator v1.7.1 deployments/gpu-operator/values.yaml).
 */
function releaseIn(values: Readonly<Fields>, chart: Chart | undefined): string | undefined {
  if (chart !== 'gpu-operator') { return undefined; }
  return [at(values, 'operator', 'version'), at(values, 'validator', 'version')]
    .map(textOf)
    .find(each => /^v?\d+\.\d+\.\d+$/.test(each ?? ''));
}

/** Under which key a chart has that of node-feature-discovery. */
const NFD_IN: Readonly<Partial<Record<Chart, string>>> = {
  'gpu-operator': 'node-feature-discovery',
  'nvidia-device-plugin': 'nfd',
};

/**
 * What the workers of the gpu-operator chart tolerate where nobody says it (gpu-operator v24.9.2 to v26.7.0
 * deployments/gpu-operator/values.yaml).
 */
const TOLERATED_BY_DEFAULT = [
  { key: 'node-role.kubernetes.io/control-plane', operator: 'Equal', value: '', effect: 'NoSchedule' },
  { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
];

/** The workers of node-feature-discovery that a chart brings, where it is known what they tolerate. */
function nfdWorkersOf(values: Readonly<Fields>, chart: Chart, place: ValuesPlace): ManifestDocument[] {
  if (chart === 'node-feature-discovery') { return nfdWorkerOf(values, place); }
  const key = NFD_IN[chart];
  if (key === undefined || at(values, 'nfd', 'enabled') === false) { return []; }
  // of values in a file of their own, other files may say the rest
  const isWhole = chart === 'gpu-operator'
    && place.version !== undefined
    && place.isIncomplete !== true
    && place.isGuessed !== true;
  return nfdWorkerOf(
    fieldsOf(values[key]),
    { ...place, lines: below([key], place.lines) },
    isWhole ? TOLERATED_BY_DEFAULT : undefined,
  );
}

/**
 * The worker of node-feature-discovery, where the values say what it tolerates (node-feature-discovery
 * deployment/helm).
 */
function nfdWorkerOf(
  values: Readonly<Fields>,
  { file, index, lines }: ValuesPlace,
  standard?: unknown,
): ManifestDocument[] {
  const { tolerations = standard } = fieldsOf(values.worker);
  if (!Array.isArray(tolerations)) { return []; }
  const name = 'node-feature-discovery-worker';
  const labels = { 'app.kubernetes.io/name': 'node-feature-discovery', 'role': 'worker' };
  const pod = {
    tolerations,
    containers: [{ name: 'worker', image: 'registry.k8s.io/nfd/node-feature-discovery', command: ['nfd-worker'] }],
  };
  const value = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, labels, annotations: { 'cdk8s-gpu/form': 'partial' } },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
  };
  const root = () => below(['worker'], lines)();
  const wrapped = (): LineTree =>
    ['spec', 'template', 'spec'].reduceRight<LineTree>((tree, key) => under(key, tree), root());
  return [new ManifestDocument(value, file, index, 'person', undefined, wrapped)];
}

/**
 * The ConfigMap that the device plugin's chart makes of `config.map` (k8s-device-plugin
 * deployments/helm/nvidia-device-plugin/templates/configmap.yml).
 */
function pluginConfigMapOf(values: Readonly<Fields>, { file, index, lines }: ValuesPlace): ManifestDocument[] {
  const config = fieldsOf(values.config);
  if (!isFields(config.map) || Object.keys(config.map).length === 0) { return []; }
  const metadata = {
    name: textOf(config.name) || 'nvidia-device-plugin-configs',
    annotations: { 'cdk8s-gpu/form': 'partial' },
  };
  const tree = () => under('data', below(['config', 'map'], lines)());
  return [new ManifestDocument(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: config.map },
    file,
    index,
    'person',
    undefined,
    tree,
  )];
}

function configMapsOf(values: Readonly<Fields>, { file, index, lines: root }: ValuesPlace): ManifestDocument[] {
  return WITH_CONFIG.flatMap(section => {
    const config = fieldsOf(fieldsOf(values[section]).config);
    const name = textOf(config.name);
    // a string of data makes no map of it (CP-010)
    if (!isTrueToTemplates(config.create) || !isFields(config.data) || !isTrueToTemplates(config.data)) { return []; }
    const lines = () => root().child(section)?.child('config') ?? root();
    // files of values are laid over one another
    const metadata = { name, annotations: { 'cdk8s-gpu/form': 'partial' } };
    return [new ManifestDocument(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: config.data },
      file,
      index,
      'person',
      undefined,
      lines,
    )];
  });
}

