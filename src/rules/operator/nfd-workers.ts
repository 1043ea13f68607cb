import { workerConfigs } from './node-features';
import { ClusterModel, ManifestDocument, selectorPath } from '../../cluster';
import { at, listOf, Path, plainText, textOf } from '../../kubernetes';
import { keepingAway, taintInWords, tolerates } from '../pods/node-selection';
import { defineRule, Rule, RuleFinding } from '../rule';

/** The label of every GPU node where only the vendor is in it, as in the gpu-operator chart. */
const VENDOR_LABEL = 'feature.node.kubernetes.io/pci-10de.present';

/** The tolerations of NFD workers, those among them that charts make of values. */
function* workers(model: ClusterModel): Generator<{
  document: ManifestDocument;
  path: Path;
  tolerations: readonly unknown[];
}> {
  for (const document of model.ofKind('DaemonSet')) {
    const pod = at(document.spec, 'template', 'spec');
    const isWorker = listOf(at(pod, 'containers')).some(container => /node-feature-discovery/.test(plainText(at(container, 'image')))
      && [...listOf(at(container, 'command')), ...listOf(at(container, 'args'))].some(each =>
        /nfd-worker/.test(plainText(each))));
    if (isWorker) {
      yield {
        document,
        path: ['spec', 'template', 'spec', 'tolerations'],
        tolerations: listOf(at(pod, 'tolerations')),
      };
    }
  }
}

/** Whether a node has GPUs, by what the operator, feature discovery or its owner labelled it with. */
function hasGpus({ labels }: ManifestDocument): boolean {
  return Object.keys(labels)
    .some(key => /^nvidia\.com\/(?:gpu\.(?:present|product|count)|mig\.config|device-plugin\.config)$/.test(key));
}

/** Labels of every GPU node where the class is in them too: of displays, and of other 3D controllers. */
const CLASS_LABELS = ['pci-0300_10de', 'pci-0302_10de'].map(each => `feature.node.kubernetes.io/${each}.present`);

/** What NFD is told to put into the labels of devices; undefined where nothing says it, or several things do. */
function fieldsOfLabels(model: ClusterModel): string | undefined {
  const fields = new Set([
    ...[...workerConfigs(model)].map(({ config }) =>
      listOf(at(config, 'sources', 'pci', 'deviceLabelFields')).map(plainText).sort().join()),
    ...defaultFieldsOfCharts(model),
  ]);
  return fields.size === 1 ? [...fields][0] || undefined : undefined;
}

/**
 * What charts write into labels where their values say nothing: that of NFD has its default, class and vendor
 * (kubernetes-sigs/node-feature-discovery@76e6cc8c source/pci/pci.go newDefaultConfig), that of the operator the vendor
 * (NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/values.yaml).
 */
function defaultFieldsOfCharts(model: ClusterModel): string[] {
  const isSilent = ({ value }: ManifestDocument, ...path: string[]) => at(value, 'values', ...path) === undefined;
  const isWhole = ({ value }: ManifestDocument) =>
    ['isGuessed', 'isIncomplete', 'isPart'].every(key => at(value, 'chart', key) !== true);
  const ofOperator = model.valuesOf('gpu-operator').filter(each =>
    at(each.value, 'values', 'nfd', 'enabled') !== false && isSilent(each, 'node-feature-discovery', 'worker', 'config'));
  const ofNfd = model.valuesOf('node-feature-discovery').filter(each => isSilent(each, 'worker', 'config'));
  return [...ofOperator, ...ofNfd].map(each =>
    (!isWhole(each) ? 'unknown' : each.name === 'gpu-operator' ? 'vendor' : 'class,vendor'));
}

/** Where NFD is told to put more than the vendor of a device into its label, and nothing else labels the vendor alone. */
function labelsWithClass(model: ClusterModel): boolean {
  const fields = fieldsOfLabels(model);
  return model.labelValues(VENDOR_LABEL).length === 0 && fields !== undefined && fields !== 'vendor'
    && fields.split(',').includes('vendor');
}

/** The form of the label that NFD writes. */
function formOf(model: ClusterModel): string {
  const fields = fieldsOfLabels(model)?.split(',') ?? [];
  const parts = ['class', 'vendor', 'device', 'subsystem_vendor', 'subsystem_device'].filter(each => fields.includes(each));
  return `pci-${parts.map(each => (each === 'vendor' ? '10de' : `<${each}>`)).join('_')}.present`;
}

/** Rules about what the workers of node-feature-discovery reach and write. */
export const NFD_WORKER_RULES: Rule[] = [
  defineRule({
    id: 'NFD-007',
    name: 'nfd-worker-toleration',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'the NFD worker tolerates the taints of GPU nodes (checked where its DaemonSet or chart values and '
      + 'Node objects are among the manifests)',
    why: 'without the worker a node gets no pci-10de label, so the operator does not see its GPU and none of its pods '
      + 'come. An operator Equal with the value present covers no taint nvidia.com/gpu=true',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/values.yaml '
      + 'node-feature-discovery.worker.tolerations; NVIDIA/k8s-device-plugin#1934',
    *check(model) {
      const nodes = model.ofKind('Node').filter(hasGpus).map(node => ({ node, taints: keepingAway(node) }));
      for (const { document, path, tolerations } of workers(model)) {
        for (const { node, taints } of nodes) {
          const kept = taints.find(({ taint }) => !tolerations.some(each => tolerates(each, taint)));
          if (kept === undefined) { continue; }
          yield {
            document,
            path,
            message: `the NFD worker does not tolerate ${taintInWords(kept.taint)} of node ${node.name}, so the node `
              + 'gets no label of its GPU, and no pod of the operator',
            fix: `tolerate key ${plainText(kept.taint.key)} with operator Exists`,
          };
          break;
        }
      }
    },
  }),
  defineRule({
    id: 'NFD-008',
    name: 'pci-label-form',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'what selects pci-10de.present runs on nodes whose NFD writes the vendor alone: '
      + 'deviceLabelFields: [vendor]',
    why: 'with class and vendor, the default of NFD and of OpenShift, the label is pci-0302_10de.present; the operator '
      + 'takes either, a pod that selects the other stays Pending. The job of a NIMCache without nodeSelector selects '
      + 'pci-10de.present',
    evidence: 'kubernetes-sigs/node-feature-discovery@76e6cc8c source/pci/pci.go#L84-L130; '
      + 'NVIDIA/k8s-nim-operator@v3.1.2 api/apps/v1alpha1/nimcache_types.go#L320 GetNodeSelectors',
    *check(model) {
      if (fieldsOfLabels(model) === 'vendor') { yield* selectingClass(model); }
      if (!labelsWithClass(model)) { return; }
      const form = formOf(model);
      const fix = 'write deviceLabelFields: [vendor] for NFD, '
        + `or select ${form === 'pci-<class>_10de.present' ? 'pci-0302_10de.present' : 'a label that it writes'}`;
      for (const workload of model.workloads.filter(({ nodeSelector }) => Object.hasOwn(nodeSelector, VENDOR_LABEL))) {
        yield {
          document: workload.document,
          path: selectorPath(workload, VENDOR_LABEL),
          message: `selects ${VENDOR_LABEL}, and NFD is told to write ${form}: no node has it`,
          fix,
        };
      }
      for (const cache of model.ofKind('NIMCache')) {
        const selector = at(cache.spec, 'nodeSelector');
        const selects = selector === undefined || selector === null
          ? true
          : textOf(at(selector, VENDOR_LABEL)) !== undefined;
        if (!selects || cache.isPartial) { continue; }
        yield {
          document: cache,
          path: ['spec', ...selector === undefined || selector === null ? [] : ['nodeSelector', VENDOR_LABEL]],
          message: `the caching job selects ${VENDOR_LABEL}, and NFD is told to write ${form}: it waits for ever`,
          fix,
        };
      }
    },
  }),
];

/** What selects a label with the class where NFD writes the vendor alone. */
function* selectingClass(model: ClusterModel): Generator<RuleFinding> {
  for (const label of CLASS_LABELS.filter(each => model.labelValues(each).length === 0)) {
    for (const workload of model.workloads.filter(({ nodeSelector }) => Object.hasOwn(nodeSelector, label))) {
      yield {
        document: workload.document,
        path: selectorPath(workload, label),
        message: `selects ${label}, and NFD is told to write pci-10de.present: no node has it`,
        fix: `select ${VENDOR_LABEL}`,
      };
    }
  }
}
