import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { findingsIn, says } from '../rules/lint-text';

function modelOf(text: string, file = 'a.yaml'): ClusterModel {
  const model = new ClusterModel();
  for (const read of readManifests(text, file)) { if (!isProblem(read)) { model.add(read); } }
  return model;
}

const kindsOf = (text: string, file?: string) => ([...readManifests(text, file ?? 'a.yaml')] as ManifestDocument[]).map(({ kind, name }) => `${kind} ${name}`);

const SHARING = 'version: v1\nsharing:\n  timeSlicing:\n    resources:\n    - name: nvidia.com/gpu\n      replicas: 1\n';
const indent = (text: string, spaces: number) => text.trimEnd().replace(/^/gm, ' '.repeat(spaces));

describe('the chart of the device plugin', () => {
  const VALUES = `migStrategy: single\ngfd: {enabled: true}\nconfig:\n  default: any\n  map:\n    any: |-\n${indent(SHARING, 6)}\n`;
  const release = (chart: string) => `apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: nvdp, namespace: kube-system}\nspec:\n  chart: ${chart}\n  version: 0.17.4\n  valuesContent: |-\n${indent(VALUES, 4)}\n`;

  test.each([
    ['as a file of values', VALUES, 12],
    ['in a HelmChart', release('nvidia-device-plugin'), 19],
    ['by a URL', release('https://nvidia.github.io/k8s-device-plugin/stable/nvidia-device-plugin-0.17.4.tgz'), 19],
    ['below the chart around it', `nvidia-device-plugin:\n${indent(VALUES, 2)}\n`, 13],
    ['in a HelmRelease', `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec:\n  chart: {spec: {chart: nvidia-device-plugin, version: 0.17.0}}\n  values:\n${indent(VALUES, 4)}\n`, 18],
    ['by a chartRef', `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec:\n  chartRef: {kind: OCIRepository, name: nvidia-device-plugin}\n  values:\n${indent(VALUES, 4)}\n`, 18],
  ])('%s has its file checked, at its line', (_, text, line) => {
    expect(findingsIn(text).filter(({ rule }) => rule === 'DP-004').map(found => [found.kind, found.line])).toEqual([['ConfigMap', line]]);
  });
});

test('a devicePlugin in the values of another chart is not that of the gpu-operator', () => {
  expect(kindsOf('devicePlugin:\n  enabled: false\nscheduler: {}\n')).toEqual([' ']);
});

test.each([
  ['toolkit: {env: [{name: A, value: b}]}\nmig: {strategy: single}\n'],
  ['driver: {enabled: false}\ndcgmExporter: {enabled: true}\ntoolkit: {enabled: true}\n'],
  ['node-feature-discovery: {worker: {tolerations: []}}\nmig: {strategy: single}\n'],
])('values without the telling keys are those of the gpu-operator by two of its others: %j', text => {
  expect(kindsOf(text)).toContain('HelmValues gpu-operator');
});

describe('the release of a chart counts as if it were given by option', () => {
  const at = (version: string) => [
    `apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: x}\nspec: {chart: gpu-operator, version: ${version}, valuesContent: "mig: {strategy: mixed}"}\n`,
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec: {chart: {spec: {chart: gpu-operator, version: ${version}}}}\n`,
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {source: {chart: gpu-operator, repoURL: u, targetRevision: ${version}, helm: {values: "mig: {strategy: mixed}"}}}\n`,
    `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec: {template: {spec: {sources: [{chart: gpu-operator, targetRevision: ${version}}]}}}\n`,
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts: [{name: gpu-operator, version: ${version}, valuesInline: {mig: {strategy: mixed}}}]\n`,
    `apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: p, labels: {app.kubernetes.io/name: gpu-operator, app.kubernetes.io/version: ${version}}}\nspec: {}\n`,
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gpu-operator}\nspec: {template: {spec: {containers: [{name: c, image: "nvcr.io/nvidia/gpu-operator:${version}"}]}}}\n`,
  ];

  test.each(at('v25.10.1'))('%s', text => {
    expect(modelOf(text).gpuOperator).toBe('25.10.1');
  });

  test('a range names no release', () => {
    for (const text of at('">=25.0.0"').slice(0, 5)) { expect(modelOf(text).declaredRelease('gpu-operator')).toBeUndefined(); }
  });

  test('of the DRA driver and the NIM Operator too', () => {
    const chart = (name: string, version: string) => modelOf(`apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: x}\nspec: {chart: ${name}, version: ${version}}\n`);
    expect(chart('k8s-nim-operator', '3.0.1').nimOperator).toBe('3.0.1');
    expect(chart('nvidia-dra-driver-gpu', '25.12.0').declaredRelease('dra-driver')).toBeDefined();
    expect(chart('dra-driver-nvidia-gpu', '0.5.1').declaredRelease('dra-driver')).toBe('0.5.1');
  });
});

test('values that other objects bring too are not taken for all', () => {
  const text = 'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: gpu-operator}\nspec: {chart: {spec: {chart: gpu-operator}}, valuesFrom: [{kind: ConfigMap, name: v}], values: {toolkit: {enabled: true}}}\n';
  expect(modelOf(text).policyStrategy).toBeUndefined();
});

test('parameters of Argo CD lie over its values', () => {
  const text = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {source: {chart: gpu-operator, helm: {parameters: [{name: mig.strategy, value: mixed}, {name: __proto__.x, value: y}], values: "mig: {strategy: single}"}}}\n';
  expect(modelOf(text).policyStrategy).toBe('mixed');
});

test('the containers of an app-template release are read as pods, at their lines', () => {
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: plex}
spec:
  chart: {spec: {chart: app-template}}
  values:
    controllers:
      plex:
        containers:
          app:
            image: {repository: plex, tag: "1"}
            env: {A: b}
            resources:
              limits:
                nvidia.com/gpu: 0.5
`;
  expect(findingsIn(text).filter(({ rule }) => rule === 'POD-010').map(({ kind, name, line }) => [kind, name, line])).toEqual([['Deployment', 'plex', 15]]);
});

test('the values of an app-template container are not held to the fields of Kubernetes: the chart reads them in its own way', () => {
  const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: llm}
spec:
  chart: {spec: {chart: app-template}}
  values:
    controllers:
      llm:
        containers:
          app: {image: {repository: llm, tag: "1"}, command: /serve, probes: {liveness: {enabled: true}}, resources: {limits: {nvidia.com/gpu: 1}}}
`;
  expect(findingsIn(text).filter(({ rule }) => rule.startsWith('SCH-'))).toEqual([]);
});

describe('a file by itself', () => {
  test('of mig-parted is one', () => {
    const text = 'version: v1\nmig-configs:\n  a:\n  - devices: all\n    mig-enabled: false\n    comment: x\n';
    expect(findingsIn(text).filter(({ rule }) => rule === 'MIG-003').map(({ kind, name, line }) => [kind, name, line])).toEqual([['ConfigMap', 'f', 6]]);
  });

  test('of the device plugin is one, in the second document of a file too', () => {
    expect(findingsIn(SHARING).filter(({ rule }) => rule === 'DP-004').map(({ line }) => line)).toEqual([6]);
    expect(findingsIn(`a: 1\n---\n${SHARING}`).filter(({ rule }) => rule === 'DP-004').map(({ line }) => line)).toEqual([8]);
  });

  test('of Docker Compose, which has a version too, is none', () => {
    expect(kindsOf('version: "3"\nservices: {a: {}}\nflags: {}\n')).toEqual([' ']);
  });
});

describe('what a cluster is', () => {
  const owned = (kind: string, owner: string) => `apiVersion: ${kind === 'Pod' || kind === 'ConfigMap' ? 'v1' : 'apps/v1'}\nkind: ${kind}\nmetadata:\n  name: x\n  namespace: gpu-operator\n  ownerReferences: [{${owner}, name: o, uid: u, controller: true}]\n`;
  const POD = 'spec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n';

  test.each([
    ['a ConfigMap of the ClusterPolicy', `${owned('ConfigMap', 'apiVersion: nvidia.com/v1, kind: ClusterPolicy')}data: {config.yaml: "version: v1\\nmig-configs: {a: 1}"}\n`],
    ['a DaemonSet of the ClusterPolicy', owned('DaemonSet', 'apiVersion: nvidia.com/v1, kind: ClusterPolicy') + POD.replace('spec: {', 'spec: {template: {spec: {').replace(']}\n', ']}}}\n')],
    ['a Deployment of a NIMService', owned('Deployment', 'apiVersion: apps.nvidia.com/v1alpha1, kind: NIMService') + POD.replace('spec: {', 'spec: {template: {spec: {').replace(']}\n', ']}}}\n')],
    ['a pod of a DaemonSet', owned('Pod', 'apiVersion: apps/v1, kind: DaemonSet') + POD],
    ['a ReplicaSet of a Deployment', owned('ReplicaSet', 'apiVersion: apps/v1, kind: Deployment') + POD.replace('spec: {', 'spec: {template: {spec: {').replace(']}\n', ']}}}\n')],
  ])('%s is left alone', (_, text) => {
    expect(says(text)).toEqual([]);
  });

  test('a pod of a ReplicaSet is checked, and takes no room beside it', () => {
    const text = owned('Pod', 'apiVersion: apps/v1, kind: ReplicaSet') + POD;
    expect(modelOf(text).workloads.map(({ mostPods }) => mostPods)).toEqual([0]);
    expect(says(text)).toContain('POD-010 error');
  });
});

test('pods of kinds that nobody knows get notes and no more', () => {
  const text = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {parts: [{template: {spec: {containers: [{name: c, image: x, resources: {limits: {nvidia.com/gpu: 0.5}}}]}}}]}\n';
  const findings = findingsIn(text);
  expect(findings.map(({ rule }) => rule)).toContain('POD-010');
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});
