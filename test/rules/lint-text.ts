import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Versions } from '../../src/releases';
import { Finding, runRules } from '../../src/rules';

/** What the rules find in manifests of one file, less the note that a model is not known. */
export function findingsIn(text: string, versions: Versions = {}): Finding[] {
  return allFindingsIn(text, versions).filter(({ rule }) => rule !== 'MEM-004' && rule !== 'REF-001');
}

/** All that the rules find in manifests of one file. */
export function allFindingsIn(text: string, versions: Versions = {}): Finding[] {
  const model = new ClusterModel(versions);
  for (const read of readManifests(text, 'f.yaml')) {
    if (isProblem(read)) { throw new Error(`${read.line}: ${read.message}`); }
    model.add(read as ManifestDocument);
  }
  return runRules(model);
}

/** Rule and severity of each finding, each pair once. */
export function says(text: string, versions: Versions = {}): string[] {
  return [...new Set(findingsIn(text, versions).map(({ rule, severity }) => `${rule} ${severity}`))].sort();
}

const indented = (text: string, by: number) => text.split('\n').map(line => (line === '' ? line : ' '.repeat(by) + line)).join('\n');

/** A ConfigMap with files in it. */
export function configMap(name: string, files: Record<string, string>): string {
  const data = Object.entries(files).map(([key, file]) => `  ${key}: |\n${indented(file, 4)}\n`).join('');
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n${data}---\n`;
}

/** The ConfigMap `layouts`, with a config `idle` beside those given. */
export function layouts(configs: string): string {
  return configMap('layouts', { 'config.yaml': `version: v1\nmig-configs:\n  all-disabled: [{devices: all, mig-enabled: false}]\n${indented(configs, 2)}` });
}

/** A part of a ClusterPolicy, with the lines of its spec. */
export function policy(...spec: string[]): string {
  const lines = spec.map(line => `  ${line}\n`).join('');
  return `apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: cluster-policy, annotations: {cdk8s-gpu/form: partial}}\nspec:\n${lines}---\n`;
}

/** A whole ClusterPolicy, with other lines of its spec. */
export function wholePolicy(...spec: string[]): string {
  const sections = ['daemonsets', 'dcgm', 'dcgmExporter', 'devicePlugin', 'driver', 'gfd', 'nodeStatusExporter', 'operator', 'toolkit'];
  const rest = sections.filter(section => !spec.some(line => line.startsWith(`${section}:`))).map(section => `${section}: {}`);
  return policy(...spec, ...rest).replace(', annotations: {cdk8s-gpu/form: partial}', '');
}

/** A Node with labels. */
export function node(labels: Record<string, string>): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels } })}\n---\n`;
}

/** A Pod with one container. */
export function pod(container: object, spec: object = {}): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { ...spec, containers: [{ name: 'c', image: 'x', ...container }] } })}\n---\n`;
}

/** A Pod whose container has limits. */
export function podWith(limits: Record<string, unknown>, nodeSelector: Record<string, string> = {}): string {
  return pod({ resources: { limits } }, { nodeSelector });
}
