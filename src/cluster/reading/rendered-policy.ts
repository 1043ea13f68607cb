import { under } from './moved-lines';
import type { ValuesPlace } from './values-place';
import { Fields, fieldsOf, isFields, plainText, textOf, unquoted } from '../../kubernetes';
import { ManifestDocument } from '../model/document';

/** How the chart writes a value: as YAML of it, without quotes, or as a string. */
type Form = 'yaml' | 'plain' | 'quoted';

/**
 * What all operands have (gpu-operator v26.7.0 deployments/gpu-operator/templates/clusterpolicy.yaml, alike from
 * v24.9.2 on).
 */
const OF_OPERANDS: Readonly<Record<string, Form>> = {
  enabled: 'plain', repository: 'plain', image: 'plain', version: 'quoted', imagePullPolicy: 'plain', imagePullSecrets: 'yaml', resources: 'yaml', env: 'yaml', args: 'yaml',
};

/** What the chart passes on of an operand that is always there. */
const { enabled: _, ...OF_VALIDATOR } = OF_OPERANDS;

/**
 * Values of the gpu-operator chart that have the same path and shape in the ClusterPolicy, in every release that is
 * known; of the rest, nothing is said here. The driver's release stays out: with `nvidiaDriverCRD` it is not the
 * policy's.
 */
const SAME_AS_POLICY: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  mig: { strategy: 'plain' },
  migManager: { ...OF_OPERANDS, gpuClientsConfig: 'yaml', config: 'yaml' },
  devicePlugin: { ...OF_OPERANDS, config: 'yaml' },
  gfd: OF_OPERANDS,
  driver: {
    enabled: 'plain',
    env: 'yaml',
    args: 'yaml',
    resources: 'yaml',
    imagePullSecrets: 'yaml',
    startupProbe: 'yaml',
    livenessProbe: 'yaml',
    readinessProbe: 'yaml',
  },
  toolkit: { ...OF_OPERANDS, installDir: 'plain' },
  dcgm: OF_OPERANDS,
  dcgmExporter: { ...OF_OPERANDS, serviceMonitor: 'yaml' },
  nodeStatusExporter: OF_OPERANDS,
  vgpuManager: OF_OPERANDS,
  vgpuDeviceManager: OF_OPERANDS,
  vfioManager: OF_OPERANDS,
  sandboxDevicePlugin: OF_OPERANDS,
  validator: OF_VALIDATOR,
  daemonsets: { tolerations: 'yaml', labels: 'yaml', annotations: 'yaml' },
  sandboxWorkloads: { enabled: 'plain', defaultWorkload: 'plain' },
};

/** Annotation of what the chart fills in: values in another file may say otherwise. */
export const DEFAULTED = 'cdk8s-gpu/defaulted';

/** The ClusterPolicy that the gpu-operator chart makes of values, as far as they say it. */
export function policyOf(
  values: Readonly<Fields>,
  { file, index, lines: root, version, isIncomplete }: ValuesPlace,
): ManifestDocument {
  const spec = Object.fromEntries(Object.entries(SAME_AS_POLICY)
    .filter(([section]) => isFields(values[section]))
    .map(([section, forms]) => [section, sectionOf(section, fieldsOf(values[section]), forms)]));
  // the chart writes the strategy only when it is not empty; single is its default, which a null takes away
  const { strategy } = fieldsOf(values.mig);
  const isOpen = strategy === undefined && isIncomplete === true; // what other values say is not known
  spec.mig = !isOpen && (strategy === undefined || isTrueToTemplates(strategy))
    ? { strategy: 'single', ...spec.mig }
    : {};
  const annotations = {
    'cdk8s-gpu/form': 'partial',
    ...strategy === undefined && { [DEFAULTED]: 'mig.strategy' },
    ...version !== undefined && { 'cdk8s-gpu/gpu-operator': version },
  };
  return new ManifestDocument(
    { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy', annotations }, spec },
    file, index, 'person', undefined, () => under('spec', root()));
}

/**
 * What `if` asks of a value: everything but false, zero, nothing and what is empty. The chart leaves out what is not,
 * `enabled` aside.
 */
export function isTrueToTemplates(value: unknown): boolean {
  if (Array.isArray(value)) { return value.length > 0; }
  return isFields(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function sectionOf(section: string, values: Readonly<Fields>, forms: Readonly<Record<string, Form>>): Fields {
  const isOfDriverObject = section === 'driver' && fieldsOf(values.nvidiaDriverCRD).enabled === true;
  return Object.fromEntries(Object.entries(values)
    .filter(([field, value]) =>
      Object.hasOwn(forms, field) && (field === 'enabled' || (isTrueToTemplates(value) && !isOfDriverObject)))
    .map(([field, value]) =>
      [field, field === 'config' ? renderedConfig(section, fieldsOf(value)) : rendered(value, forms[field])]));
}

function rendered(value: unknown, form: Form): unknown {
  if (form === 'yaml' || isFields(value) || Array.isArray(value)) { return value; }
  if (form === 'quoted') { return plainText(value); }
  // a string that stands without quotes is read anew
  const kind = typeof value === 'string' ? unquoted(value) : 'string';
  return kind === 'boolean' ? /^(?:y|yes|true|on)$/i.test(value as string) : kind === 'number' ? Number(value) : value;
}

/** `devicePlugin.config.default` without a name is dropped; `create` and `data` stay in the chart. */
function renderedConfig(section: string, config: Readonly<Fields>): Fields {
  const name = textOf(config.name) ?? '';
  if (section === 'devicePlugin' && name === '') { return {}; }
  return { ...(name !== '' && { name }), ...('default' in config && { default: config.default }) };
}
