import * as fs from 'fs';
import * as path from 'path';
import { stringify } from 'yaml';
import { fileOf, madeLines } from '../benchmark/results/made-run';

/** What the command line is given, of as many parts as one likes: each reader of the library has one at least. */
export interface Input {
  readonly name: string;
  readonly args: readonly string[];
  /** Standard input. */
  readonly text?: (count: number) => string;
  /** Files in the folder that it runs in, by their names. */
  readonly files?: (count: number) => Readonly<Record<string, string>>;
}

const many = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('');

const pod = (name: string, gpus: number | string = 1) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: ${gpus}}}}]}\n`;
const configMap = (name: string, key: string, text: string) =>
  stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { [key]: text } });
const migConfigs = (count: number) =>
  `version: v1\nmig-configs:\n${many(count, index => `  c${index}:\n  - {devices: all, mig-enabled: true, mig-devices: {1g.10gb: 7}}\n`)}`;
const pluginConfig = (count: number) => 'version: v1\nsharing:\n  timeSlicing:\n    resources:\n'
  + many(count, index => `    - {name: nvidia.com/mig-${index}g.10gb, replicas: 4}\n`);
const node = (index: number) => 'apiVersion: v1\nkind: Node\nmetadata: {name: n' + index + ', labels: {nvidia.com/gpu.product: NVIDIA-H200, '
  + 'nvidia.com/gpu.count: "8", nvidia.com/gpu.present: "true"}}\n';
const values = (count: number) => `migManager:\n  enabled: true\ndriver:\n  env:\n${many(count, index => `  - {name: A${index}, value: b}\n`)}`;
const kustomization = (fields: object) => stringify({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...fields });

const LINT = ['lint', '-'];
const FOLDER = ['lint', '.'];

const STREAMS: Input[] = [
  { name: 'documents', args: LINT, text: count => many(count, index => `${pod(`p${index}`)}---\n`) },
  { name: 'documents with a finding each', args: LINT, text: count => many(count, index => `${pod(`p${index}`, 0.5)}---\n`) },
  ...['json', 'sarif', 'github'].map(format => ({
    name: `findings as ${format}`,
    args: ['lint', '--format', format, '-'],
    text: (count: number) => many(count, index => `${pod(`p${index}`, 0.5)}---\n`),
  })),
  { name: 'documents that are no YAML', args: LINT, text: count => many(count, () => 'a: [\n---\n') },
  { name: 'faults of one document', args: LINT, text: count => `kind: Pod\n${many(count, () => 'a: *b\na: "x\n')}` },
  { name: 'documents that are templates', args: LINT, text: count => many(count, () => 'kind: Pod\n{{ if x }}\n{{ end }}\n---\n') },
  { name: 'placeholders', args: LINT, text: count => `kind: ConfigMap\ndata:\n${many(count, index => `  a${index}: {{ .Values.x }}\n`)}` },
  {
    name: 'items of a List',
    args: LINT,
    text: count => 'apiVersion: v1\nkind: List\nitems:\n'
    + many(count, index => `- ${pod(`p${index}`).trimEnd().replaceAll('\n', '\n  ')}\n`),
  },
  { name: 'Lists in Lists', args: LINT, text: count => `{kind: List, items: [${many(count, () => '{kind: List, items: [{kind: Pod, spec: {}}]}, ')}]}` },
  {
    name: 'items of JSON',
    args: LINT,
    text: count => JSON.stringify({
      kind: 'List', items: Array.from({ length: count }, (_, index) => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name: `p${index}` }, spec: {} })),
    }, null, 1),
  },
  { name: 'objects of JSON one behind the other', args: LINT, text: count => many(count, index => `{"kind": "Pod", "metadata": {"name": "p${index}"}}\n`) },
  { name: 'levels', args: LINT, text: count => `kind: ConfigMap\ndata: ${'['.repeat(count)}${']'.repeat(count)}\n` },
  { name: 'aliases', args: LINT, text: count => `kind: ConfigMap\nx: &x {a: 1}\ndata:\n${many(count, index => `  a${index}: *x\n`)}` },
  { name: 'merge keys', args: LINT, text: count => `kind: ConfigMap\nx: &x {b: 1}\ndata:\n${many(count, index => `  a${index}:\n    <<: *x\n`)}` },
  { name: 'lines of comments', args: LINT, text: count => `${many(count, () => '# a comment\n\n')}${pod('p')}` },
  { name: 'lines of a literal text', args: LINT, text: count => `kind: ConfigMap\ndata:\n  a: |\n${many(count * 8, () => '    a line\n')}` },
  { name: 'lines of a folded text', args: LINT, text: count => `kind: ConfigMap\ndata:\n  a: >-\n${many(count * 8, () => '    a line\n')}` },
  { name: 'lines of a quoted text', args: LINT, text: count => `kind: ConfigMap\ndata:\n  a: "${many(count * 8, () => 'a \\"line\\"\n    ')}"\n` },
  { name: 'lines of a plain text', args: LINT, text: count => `kind: ConfigMap\ndata:\n  a: b\n${many(count * 8, () => '    a line\n')}` },
  { name: 'lines that end as on Windows', args: LINT, text: count => many(count, index => `${pod(`p${index}`)}---\n`).replaceAll('\n', '\r\n') },
  {
    name: 'fields that no rule reads',
    args: LINT,
    text: count => 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n'
    + `metadata: {name: x}\nspec:\n${many(count, index => `  a${index}:\n    b: {c: d}\n`)}`,
  },
  {
    name: 'fields that nobody knows',
    args: LINT,
    text: count => `apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec:\n${
      many(count, index => `  toolkit${index}: {}\n`)}`,
  },
  { name: 'secrets in a text that is no YAML', args: LINT, text: count => `kind: Pod\n${many(count, index => `password: hunter-${index}\n`)}x: [\n` },
  {
    name: 'words of a command',
    args: LINT,
    text: count => `${pod('p').replace('name: c,', `name: c, command: [sh, -c, "vllm serve x ${
      many(count, index => `--flag${index} "a b" && `)} true"],`)}`,
  },
  {
    name: 'expressions of CEL',
    args: LINT,
    text: count => 'apiVersion: resource.k8s.io/v1\nkind: DeviceClass\nmetadata: {name: c}\nspec:\n  selectors:\n'
    + `  - cel:\n      expression: "${many(count, index => `device.attributes['gpu.nvidia.com'].index == ${index} || `)}true"\n`,
  },
  { name: 'configs of mig-parted', args: LINT, text: count => configMap('m', 'config.yaml', migConfigs(count)) },
  { name: 'configs of mig-parted in a file of its own', args: LINT, text: migConfigs },
  { name: 'resources of the device plugin', args: LINT, text: count => configMap('d', 'any', pluginConfig(count)) },
  { name: 'resources of the device plugin in a file of its own', args: LINT, text: pluginConfig },
  { name: 'values of a chart', args: LINT, text: values },
  {
    name: 'values of a chart that Argo CD has',
    args: LINT,
    text: count => stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'a' },
      spec: { source: { chart: 'gpu-operator', repoURL: 'https://helm.ngc.nvidia.com/nvidia', targetRevision: 'v26.3.0', helm: { values: values(count) } } },
    }),
  },
  {
    name: 'parameters of a chart that Argo CD has',
    args: LINT,
    text: count => stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'a' },
      spec: {
        source: {
          chart: 'gpu-operator',
          repoURL: 'https://helm.ngc.nvidia.com/nvidia',
          targetRevision: 'v26.3.0',
          helm: {
            parameters: Array.from({ length: count }, (_, index) => ({ name: `driver.env[${index}].name`, value: 'x' })),
          },
        },
      },
    }),
  },
  {
    name: 'values of a chart that Flux has',
    args: LINT,
    text: count => stringify({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'a' },
      spec: { chart: { spec: { chart: 'gpu-operator', version: 'v26.3.0' } }, values: { driver: { env: Array.from({ length: count }, () => ({ name: 'x' })) } } },
    }),
  },
  { name: 'nodes in a drawing', args: ['report', '-'], text: count => many(count, index => `${node(index)}---\n${pod(`p${index}`)}---\n`) },
  { name: 'nodes in a picture', args: ['report', '--format', 'svg', '-'], text: count => many(count, index => `${node(index)}---\n${pod(`p${index}`)}---\n`) },
  { name: 'nodes in Markdown', args: ['report', '--format', 'md', '-'], text: count => many(count, index => `${node(index)}---\n${pod(`p${index}`)}---\n`) },
];

const made = (users: number, repetitions: number, arms: number) => fileOf(madeLines({
  users, repetitions, arms: Object.fromEntries(Array.from({ length: arms }, (_, index) => [`arm-${index}`, { asrMs: 60, llmMs: 300, ttsMs: 120 }])),
})).text;

const RESULTS: Input[] = [
  { name: 'turns of a benchmark', args: ['bench', 'report', '-'], text: count => made(count, 3, 2) },
  { name: 'repetitions of a benchmark', args: ['bench', 'report', '-', '--format', 'html'], text: count => made(2, count + 2, 2) },
  { name: 'arms of a benchmark', args: ['bench', 'report', '-', '--format', 'md'], text: count => made(2, 3, count) },
  { name: 'lines of results that are none', args: ['bench', 'report', '-'], text: count => made(1, 2, 2) + many(count, () => 'no line\n') },
];

const FILES: Input[] = [
  { name: 'files of a folder', args: FOLDER, files: count => fromList(count, index => [`p${index}.yaml`, pod(`p${index}`)]) },
  { name: 'folders in folders', args: FOLDER, files: count => ({ [`${'a/'.repeat(count)}p.yaml`]: pod('p') }) },
  { name: 'folders side by side', args: FOLDER, files: count => fromList(count, index => [`a${index}/p.yaml`, pod('p')]) },
  { name: 'files of other tools', args: FOLDER, files: count => fromList(count, index => [`p${index}.json`, '{"a": 1}']) },
  {
    name: 'resources of a Kustomization',
    args: FOLDER,
    files: count => ({
      ...fromList(count, index => [`p${index}.yaml`, pod(`p${index}`)]),
      'kustomization.yaml': kustomization({ namespace: 'x', resources: Array.from({ length: count }, (_, index) => `p${index}.yaml`) }),
    }),
  },
  {
    name: 'Kustomizations side by side',
    args: FOLDER,
    files: count => Object.assign({}, ...Array.from({ length: count }, (_, index) => ({
      [`k${index}/p.yaml`]: pod('p'), [`k${index}/kustomization.yaml`]: kustomization({ namespace: `n${index}`, resources: ['p.yaml'] }),
    }))) as Record<string, string>,
  },
  {
    name: 'overlays of one base',
    args: FOLDER,
    files: count => ({
      'base/p.yaml': pod('p'),
      'base/kustomization.yaml': kustomization({ resources: ['p.yaml'] }),
      ...fromList(count, index => [`o${index}/kustomization.yaml`, kustomization({ namePrefix: `o${index}-`, resources: ['../base'] })]),
    }),
  },
  {
    name: 'patches of a Kustomization',
    args: FOLDER,
    files: count => ({
      'p.yaml': pod('p'),
      'kustomization.yaml': kustomization({ resources: ['p.yaml'], patches: Array.from({ length: count }, (_, index) => ({ patch: pod(`p${index}`) })) }),
    }),
  },
  {
    name: 'generated ConfigMaps',
    args: FOLDER,
    files: count => ({
      'c.yaml': migConfigs(2),
      'kustomization.yaml': kustomization({ configMapGenerator: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, files: ['c.yaml'] })) }),
    }),
  },
  {
    name: 'values files of one chart',
    args: FOLDER,
    files: count => ({
      'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies:\n- {name: gpu-operator, version: v26.3.0, repository: "https://helm.ngc.nvidia.com/nvidia"}\n',
      ...fromList(count, index => [`values-${index}.yaml`, 'gpu-operator:\n  migManager: {enabled: true}\n']),
    }),
  },
  {
    name: 'dependencies of a chart',
    args: FOLDER,
    files: count => ({
      'Chart.yaml': `apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies:\n${many(count, index => `- {name: c${index}, version: 1.0.0}\n`)}`,
      'values.yaml': many(count, index => `c${index}: {a: 1}\n`),
    }),
  },
  {
    name: 'settings of a config',
    args: ['lint', '--config', 'config.yaml', 'p.yaml'],
    files: count => ({
      'p.yaml': pod('p', 0.5), 'config.yaml': `rules:\n${many(count, index => `- {rule: POD-010, severity: info, paths: ["**/a${index}/*.yaml"], reason: x}\n`)}`,
    }),
  },
  {
    name: 'entries of a baseline',
    args: ['lint', '--baseline', 'baseline.json', 'p.yaml'],
    files: count => ({
      'p.yaml': many(count, index => `${pod(`p${index}`, 0.5)}---\n`),
      'baseline.json': JSON.stringify({ version: 1, findings: Array.from({ length: count }, (_, index) => ({ fingerprint: `f${index}` })) }),
    }),
  },
];

function fromList(count: number, entry: (index: number) => [string, string]): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => entry(index)));
}

export const INPUTS: readonly Input[] = [...STREAMS, ...RESULTS, ...FILES];

/** Writes the files of an input into a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
}
