import { at, Fields, fieldsOf, isFields, LineTree, textOf } from '../../kubernetes';
import { DRA_GATES } from '../../releases';
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

/** Values of which one is enough to know the chart by. */
const TELLING = ['migManager', 'devicePlugin'];

/** Annotation of what the chart fills in: values in another file may say otherwise. */
export const DEFAULTED = 'cdk8s-gpu/defaulted';

/** Below which key an umbrella chart has the values of this one. */
const SUBCHART = 'gpu-operator';

/** Whether values are of the DRA driver's own chart; other charts have `featureGates` too, with other gates. */
function areOfDraDriver(values: Readonly<Fields>): boolean {
  return 'gpuResourcesEnabledOverride' in values || isFields(at(values, 'resources', 'gpus')) || isFields(at(values, 'resources', 'computeDomains'))
    || Object.keys(fieldsOf(values.featureGates)).some(gate => gate in DRA_GATES);
}

/**
 * What the gpu-operator chart makes of a values file: a ClusterPolicy, as far as the values say it, and the ConfigMaps that `create: true`
 * asks for; and the values themselves, as an object of the kind `HelmValues` with the chart for a name. Undefined when it is no values
 * file of that chart or of the DRA driver's.
 */
export function helmValuesOf(value: Readonly<Fields>, file: string, index: number, lines: () => LineTree): ManifestDocument[] | undefined {
  if (value.kind !== undefined || value.apiVersion !== undefined) { return undefined; }
  const below = isFields(value[SUBCHART]) ? [SUBCHART] : [];
  const values = below.length > 0 ? fieldsOf(value[SUBCHART]) : value;
  const ofDraDriver = areOfDraDriver(values);
  const deploysCluster = at(values, 'gpuCluster', 'deployCR') === true;
  if (!ofDraDriver && !deploysCluster && !TELLING.some(key => isFields(values[key]))) { return undefined; }
  const root = () => below.reduce<LineTree | undefined>((tree, key) => tree?.child(key), lines()) ?? lines();
  const themselves = new ManifestDocument(
    { apiVersion: 'helm', kind: 'HelmValues', metadata: { name: ofDraDriver ? 'dra-driver' : 'gpu-operator' }, values },
    file, index, 'person', undefined, () => under('values', root()));
  const deploysPolicy = !ofDraDriver && at(values, 'clusterPolicy', 'deployCR') !== false;
  return [...(deploysPolicy ? [policyOf(values, file, index, root)] : []), ...configMapsOf(values, file, index, root), themselves];
}

function policyOf(values: Readonly<Fields>, file: string, index: number, root: () => LineTree): ManifestDocument {
  const spec = Object.fromEntries(Object.entries(SAME_AS_POLICY)
    .filter(([section]) => isFields(values[section]))
    .map(([section, fields]) => [section, Object.fromEntries(Object.entries(fieldsOf(values[section]))
      .filter(([field, each]) => fields.includes(field) && (field === 'enabled' || isTrueToTemplates(each)))
      .map(([field, each]) => [field, field === 'config' ? renderedConfig(section, fieldsOf(each)) : each]))]));
  // the chart writes the strategy only when it is not empty; single is its default, which a null takes away
  const { strategy } = fieldsOf(values.mig);
  spec.mig = strategy === undefined || isTrueToTemplates(strategy) ? { strategy: 'single', ...spec.mig } : {};
  const annotations = { 'cdk8s-gpu/form': 'partial', ...strategy === undefined && { [DEFAULTED]: 'mig.strategy' } };
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

function configMapsOf(values: Readonly<Fields>, file: string, index: number, root: () => LineTree): ManifestDocument[] {
  return TELLING.flatMap(section => {
    const config = fieldsOf(fieldsOf(values[section]).config);
    const name = textOf(config.name);
    // a string of data makes no map of it (CP-010)
    if (!isTrueToTemplates(config.create) || !isFields(config.data) || !isTrueToTemplates(config.data)) { return []; }
    const lines = () => root().child(section)?.child('config') ?? root();
    const metadata = { name, annotations: { 'cdk8s-gpu/form': 'partial' } }; // files of values are laid over one another
    return [new ManifestDocument({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: config.data }, file, index, 'person', undefined, lines)];
  });
}

/** The lines of a tree that stands under a key of another object. */
function under(key: string, tree: LineTree): LineTree {
  return { line: tree.line, child: name => (name === key ? tree : undefined) };
}
