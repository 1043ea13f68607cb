import { at, Fields, fieldsOf, isFields, ManifestDocument, textOf } from './document';
import { LineTree } from './source-lines';

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

/** Below which key an umbrella chart has the values of this one. */
const SUBCHART = 'gpu-operator';

/** Values of the DRA driver's own chart. */
const DRA_DRIVER_TELLING = ['featureGates', 'gpuResourcesEnabledOverride'];

/**
 * What the gpu-operator chart makes of a values file: a ClusterPolicy, as far as the values say it, and the ConfigMaps that `create: true`
 * asks for; and the values themselves, as an object of the kind `HelmValues` with the chart for a name. Undefined when it is no values
 * file of that chart or of the DRA driver's.
 */
export function helmValuesOf(value: Readonly<Fields>, file: string, index: number, lines: () => LineTree): ManifestDocument[] | undefined {
  if (value.kind !== undefined || value.apiVersion !== undefined) { return undefined; }
  const below = isFields(value[SUBCHART]) ? [SUBCHART] : [];
  const values = below.length > 0 ? fieldsOf(value[SUBCHART]) : value;
  const ofDraDriver = DRA_DRIVER_TELLING.some(key => key in values);
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
      .filter(([field]) => fields.includes(field))
      .map(([field, each]) => [field, field === 'config' ? renderedConfig(section, fieldsOf(each)) : each]))]));
  // the chart writes the strategy only when it is not empty; single is its default
  spec.mig = textOf(fieldsOf(values.mig).strategy) === '' ? {} : { strategy: 'single', ...spec.mig };
  return new ManifestDocument(
    { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy', annotations: { 'cdk8s-gpu/form': 'partial' } }, spec },
    file, index, 'person', undefined, () => under('spec', root()));
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
    if (config.create !== true || name === undefined || name === '' || !isFields(config.data)) { return []; }
    const lines = () => root().child(section)?.child('config') ?? root();
    return [new ManifestDocument({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: config.data }, file, index, 'person', undefined, lines)];
  });
}

/** The lines of a tree that stands under a key of another object. */
function under(key: string, tree: LineTree): LineTree {
  return { line: tree.line, child: name => (name === key ? tree : undefined) };
}
