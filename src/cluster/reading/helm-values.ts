import { appTemplateWorkloads } from './app-template';
import { Chart, chartNamed, chartOfValues, isNameOfChart } from './charts';
import { below, under } from './moved-lines';
import { at, Fields, fieldsOf, isFields, LineTree, textOf } from '../../kubernetes';
import { Product } from '../../releases';
import { ManifestDocument } from '../model/document';

/**
 * Values of the gpu-operator chart that have the same path and shape in the ClusterPolicy (gpu-operator v26.7.0
 * deployments/gpu-operator/templates/clusterpolicy.yaml); of the rest, nothing is said here.
 */
const SAME_AS_POLICY: Record<string, readonly string[]> = {
  mig: ['strategy'],
  migManager: ['enabled', 'env', 'config'],
  devicePlugin: ['enabled', 'env', 'args', 'config'],
  gfd: ['enabled', 'env'],
  daemonsets: ['tolerations', 'labels', 'annotations'],
  sandboxWorkloads: ['enabled', 'defaultWorkload'],
};

/** Where the chart puts a ConfigMap of the values. */
const WITH_CONFIG = ['migManager', 'devicePlugin'];

/** Annotation of what the chart fills in: values in another file may say otherwise. */
export const DEFAULTED = 'cdk8s-gpu/defaulted';

/** The product whose release a chart's version is. */
const PRODUCTS: Readonly<Partial<Record<Chart, Product>>> = { 'gpu-operator': 'gpu-operator', 'dra-driver': 'dra-driver', 'nim-operator': 'nim-operator' };

/** Where values stand, and what is known of their chart. */
export interface ValuesPlace {
  readonly file: string;
  readonly index: number;
  readonly lines: () => LineTree;
  readonly chart?: Chart;
  /** Of the chart, as it is written. */
  readonly version?: string;
  /** Where the chart comes from, as it is written. */
  readonly repository?: string;
  /** Whether other values are laid over these that nobody can see here. */
  readonly isIncomplete?: boolean;
}

/**
 * What a chart makes of a values file: of the gpu-operator a ClusterPolicy, as far as the values say it, and the ConfigMaps that
 * `create: true` asks for, of the device plugin its ConfigMap; and the values themselves, as an object of the kind `HelmValues` with the
 * chart for a name. Undefined when it is no values file of a chart that is known.
 */
export function helmValuesOf(value: Readonly<Fields>, file: string, index: number, lines: () => LineTree): ManifestDocument[] | undefined {
  if (value.kind !== undefined || value.apiVersion !== undefined) { return undefined; }
  const chart = chartOfValues(value);
  if (chart !== undefined) { return chartObjects(value, { file, index, lines, chart }); }
  const parts = partsOf(value);
  if (parts.length === 0) { return undefined; }
  return parts.flatMap(([key, values]) => chartObjects(values, { file, index, lines: below([key], lines), chart: chartNamed(key) }));
}

/** The values that a chart has for charts in it. */
export function partsOf(values: Readonly<Fields>): [string, Readonly<Fields>][] {
  return Object.entries(values).filter((entry): entry is [string, Readonly<Fields>] => isNameOfChart(entry[0]) && entry[0] !== 'app-template' && isFields(entry[1]));
}

/** The objects that a chart makes of values. */
export function chartObjects(values: Readonly<Fields>, place: ValuesPlace): ManifestDocument[] {
  const { chart, version, repository, file, index, lines } = place;
  if (chart === undefined) {
    return partsOf(values).flatMap(([key, part]) =>
      chartObjects(part, { ...place, chart: chartNamed(key), version: undefined, lines: below([key], lines) }));
  }
  if (chart === 'app-template') { return appTemplateWorkloads(values, place); }
  const product = PRODUCTS[chart];
  const annotations = { 'cdk8s-gpu/form': 'partial', ...product !== undefined && version !== undefined && { [`cdk8s-gpu/${product}`]: version } };
  const themselves = new ManifestDocument(
    { apiVersion: 'helm', kind: 'HelmValues', metadata: { name: chart, annotations }, values, chart: { version, repository } },
    file, index, 'person', undefined, () => under('values', lines()));
  const nfd = chart === 'node-feature-discovery' ? nfdWorkerOf(values, place) : nfdWorkerOf(fieldsOf(values['node-feature-discovery']), { ...place, lines: below(['node-feature-discovery'], lines) });
  switch (chart) {
    case 'gpu-operator': {
      const deploysPolicy = at(values, 'clusterPolicy', 'deployCR') !== false;
      return [...(deploysPolicy ? [policyOf(values, place)] : []), ...configMapsOf(values, place), themselves, ...nfd];
    }
    case 'nvidia-device-plugin': return [...pluginConfigMapOf(values, place), themselves, ...nfd];
    default: return [themselves, ...nfd];
  }
}

/** The worker of node-feature-discovery, where the values say what it tolerates (node-feature-discovery deployment/helm). */
function nfdWorkerOf(values: Readonly<Fields>, { file, index, lines }: ValuesPlace): ManifestDocument[] {
  const { tolerations } = fieldsOf(values.worker);
  if (!Array.isArray(tolerations)) { return []; }
  const name = 'node-feature-discovery-worker';
  const labels = { 'app.kubernetes.io/name': 'node-feature-discovery', 'role': 'worker' };
  const pod = { tolerations, containers: [{ name: 'worker', image: 'registry.k8s.io/nfd/node-feature-discovery', command: ['nfd-worker'] }] };
  const value = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, labels, annotations: { 'cdk8s-gpu/form': 'partial' } },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
  };
  const root = () => below(['worker'], lines)();
  const wrapped = (): LineTree => ['spec', 'template', 'spec'].reduceRight<LineTree>((tree, key) => under(key, tree), root());
  return [new ManifestDocument(value, file, index, 'person', undefined, wrapped)];
}

/** The ConfigMap that the device plugin's chart makes of `config.map` (k8s-device-plugin deployments/helm/nvidia-device-plugin/templates/configmap.yml). */
function pluginConfigMapOf(values: Readonly<Fields>, { file, index, lines }: ValuesPlace): ManifestDocument[] {
  const config = fieldsOf(values.config);
  if (!isFields(config.map) || Object.keys(config.map).length === 0) { return []; }
  const metadata = { name: textOf(config.name) || 'nvidia-device-plugin-configs', annotations: { 'cdk8s-gpu/form': 'partial' } };
  const tree = () => under('data', below(['config', 'map'], lines)());
  return [new ManifestDocument({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: config.map }, file, index, 'person', undefined, tree)];
}

function policyOf(values: Readonly<Fields>, { file, index, lines: root, version, isIncomplete }: ValuesPlace): ManifestDocument {
  const spec = Object.fromEntries(Object.entries(SAME_AS_POLICY)
    .filter(([section]) => isFields(values[section]))
    .map(([section, fields]) => [section, Object.fromEntries(Object.entries(fieldsOf(values[section]))
      .filter(([field, each]) => fields.includes(field) && (field === 'enabled' || isTrueToTemplates(each)))
      .map(([field, each]) => [field, field === 'config' ? renderedConfig(section, fieldsOf(each)) : each]))]));
  // the chart writes the strategy only when it is not empty; single is its default, which a null takes away
  const { strategy } = fieldsOf(values.mig);
  const isOpen = strategy === undefined && isIncomplete === true; // what other values say is not known
  spec.mig = !isOpen && (strategy === undefined || isTrueToTemplates(strategy)) ? { strategy: 'single', ...spec.mig } : {};
  const annotations = { 'cdk8s-gpu/form': 'partial', ...strategy === undefined && { [DEFAULTED]: 'mig.strategy' }, ...version !== undefined && { 'cdk8s-gpu/gpu-operator': version } };
  return new ManifestDocument(
    { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy', annotations }, spec },
    file, index, 'person', undefined, () => under('spec', root()));
}

/** What `if` asks of a value: everything but false, zero, nothing and what is empty. The chart leaves out what is not, `enabled` aside. */
function isTrueToTemplates(value: unknown): boolean {
  if (Array.isArray(value)) { return value.length > 0; }
  return isFields(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** `devicePlugin.config.default` without a name is dropped; `create` and `data` stay in the chart. */
function renderedConfig(section: string, config: Readonly<Fields>): Fields {
  const name = textOf(config.name) ?? '';
  if (section === 'devicePlugin' && name === '') { return {}; }
  return { ...(name !== '' && { name }), ...('default' in config && { default: config.default }) };
}

function configMapsOf(values: Readonly<Fields>, { file, index, lines: root }: ValuesPlace): ManifestDocument[] {
  return WITH_CONFIG.flatMap(section => {
    const config = fieldsOf(fieldsOf(values[section]).config);
    const name = textOf(config.name);
    // a string of data makes no map of it (CP-010)
    if (!isTrueToTemplates(config.create) || !isFields(config.data) || !isTrueToTemplates(config.data)) { return []; }
    const lines = () => root().child(section)?.child('config') ?? root();
    const metadata = { name, annotations: { 'cdk8s-gpu/form': 'partial' } }; // files of values are laid over one another
    return [new ManifestDocument({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: config.data }, file, index, 'person', undefined, lines)];
  });
}

