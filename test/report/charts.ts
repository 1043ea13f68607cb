import { Chart, Testing } from 'cdk8s';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { runRules } from '../../src/rules';

/** A model of what a chart writes. */
export function modelOf(chart: Chart): ClusterModel {
  const model = new ClusterModel();
  Testing.synth(chart).forEach((manifest, index) => model.add(new ManifestDocument(manifest, 'chart.yaml', index + 1)));
  return model;
}

/** A model of manifests as somebody wrote them. */
export function modelOfText(text: string): ClusterModel {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'manifests.yaml')) { if (!isProblem(read)) { model.add(read); } }
  return model;
}

/** What a report is made of. */
export function inputOf(model: ClusterModel, title = 'GPUs of a test') {
  return { title, model, findings: runRules(model) };
}

interface Written {
  readonly gpu?: Gpu;
  readonly layouts?: readonly GpuLayout[];
  readonly nodes?: number;
  readonly pods?: readonly { readonly name: string; readonly resource: string; readonly replicas?: number; readonly memoryMib?: number }[];
  /** Sharing of the device-plugin config, as YAML. */
  readonly sharing?: string;
  readonly flags?: string;
}

/** Nodes of one kind by hand: a layout for each GPU, pods that select them, with the memory that they need. */
export function manifestsWith({ gpu = Gpu.A100_SXM4_80GB, layouts = [GpuLayout.whole()], nodes = 1, pods = [], sharing, flags }: Written): string {
  const entries = layouts.map((layout, index) => ({
    'devices': [index], 'mig-enabled': !layout.isWhole, ...layout.isWhole ? {} : { 'mig-devices': layout.profiles },
  }));
  const labels = { 'nvidia.com/mig.config': 'cut', 'nvidia.com/gpu.product': gpu.productLabel, ...sharing === undefined ? {} : { 'nvidia.com/device-plugin.config': 'shared' } };
  const objects: object[] = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mig' }, data: { 'config.yaml': JSON.stringify({ 'version': 'v1', 'mig-configs': { cut: entries } }) } },
    { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'policy' }, spec: { mig: { strategy: 'mixed' }, migManager: { config: { name: 'mig' } }, devicePlugin: { config: { name: 'plugin' } } } },
    ...sharing === undefined ? [] : [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plugin' }, data: { shared: `version: v1\n${flags ?? ''}sharing:\n${sharing}` } }],
    ...Array.from({ length: nodes }, (_, index) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${index + 1}`, labels, annotations: { 'cdk8s-gpu/gpus-per-node': String(layouts.length) } } })),
    ...pods.map(({ name, resource, replicas = 1, memoryMib }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, ...memoryMib === undefined ? {} : { annotations: { 'cdk8s-gpu/memory-mib': String(memoryMib) } } },
      spec: {
        replicas,
        template: { spec: { nodeSelector: labels, containers: [{ name: 'main', image: 'registry.example.com/x:1', resources: { limits: { [resource]: 1 } } }] } },
      },
    })),
  ];
  return objects.map(object => JSON.stringify(object)).join('\n---\n');
}
