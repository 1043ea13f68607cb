import { ClusterModel, GpuContainer, ManifestDocument } from '../../../cluster';
import { at, isFields, Path } from '../../../kubernetes';
import { areApart } from '../../folders';
import { defineRule, Rule } from '../../rule';

/** A rule about GPUs that both the device plugin and the DRA driver hand out. */
export const TWO_ALLOCATORS_RULES: Rule[] = [
  defineRule({
    id: 'DRA-029',
    name: 'two-allocators',
    area: 'DRA driver chart',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'device plugin and DRA driver do not both hand out the GPUs of a cluster, unless of different nodes',
    why: 'both hand out the same GPU. Said where a ClusterPolicy has its device plugin on, the chart gpu-operator is '
      + 'not told to leave it out, or the plugin has a chart or a DaemonSet of its own, and the DRA driver hands out '
      + 'GPUs by the values of its chart or a DaemonSet; which nodes their DaemonSets end up on, the manifests may not '
      + 'show. Nodes with nvidia.com/gpu.deploy.device-plugin: "false" have no plugin of the operator',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'deployments/helm/dra-driver-nvidia-gpu/templates/validation.yaml (its message); '
      + 'NVIDIA/gpu-operator@v26.7.0 deployments/gpu-operator/values.yaml#L241 (devicePlugin.enabled: true)',
    *check(model) {
      const plugins = [...devicePluginsOf(model)];
      for (const { document, path } of plugins.length === 0 ? [] : gpuDriversOf(model)) {
        const plugin = plugins.find(each => !areApart(model, each, document));
        if (plugin === undefined) { continue; }
        const title = plugin.kind === 'HelmValues' ? `the chart ${plugin.name}` : `${plugin.kind} ${plugin.name}`;
        const place = plugin.kind === 'ClusterPolicy' ? 'the ClusterPolicy' : `the values of ${title}`;
        const isOfOperator = plugin.kind === 'ClusterPolicy' || plugin.name === 'gpu-operator';
        yield {
          document,
          path,
          message: `the DRA driver hands out GPUs, and so does the device plugin of ${title}: a GPU may go to two pods`,
          fix: `${isOfOperator ? `write devicePlugin: {enabled: false} in ${place}` : 'remove one of them'}, or `
            + 'keep the two apart by kubeletPlugin.nodeSelector',
        };
      }
    },
  }),
];

/** What runs the device plugin on every node with a GPU. */
function* devicePluginsOf(model: ClusterModel): Generator<ManifestDocument> {
  if (!model.labelValues('nvidia.com/gpu.deploy.device-plugin').some(({ value }) => value === 'false')) {
    yield* pluginsOfOperator(model);
  }
  yield* model.valuesOf('nvidia-device-plugin')
    .filter(({ value }) => at(value, 'values', 'devicePlugin', 'enabled') !== false && !isBound(at(value, 'values')));
  yield* daemonSetsWith(model, ({ image, args }) => /(?:^|\/)k8s-device-plugin(?:[:@]|$)/.test(image ?? '')
    && !args.some(each =>
      /config-manager|gpu-feature-discovery|mps-control-daemon/.test(each)), /^nvidia-device-plugin/);
}

/** What makes the operator run the plugin: a policy, or values of its chart that do not leave it out. */
function* pluginsOfOperator(model: ClusterModel): Generator<ManifestDocument> {
  yield* model.policies.filter(({ spec }) =>
    isFields(spec.devicePlugin) && spec.devicePlugin.enabled !== false && isFields(spec.driver));
  const charts = model.valuesOf('gpu-operator');
  const isOff = [...charts.map(({ value }) => at(value, 'values')), ...model.policies.map(({ spec }) => spec)]
    .some(each => at(each, 'devicePlugin', 'enabled') === false || at(each, 'clusterPolicy', 'deployCR') === false);
  if (isOff) { return; } // in one of several files, which are laid over one another
  yield* charts.filter(({ value }) =>
    ['isGuessed', 'isIncomplete'].every(key => at(value, 'chart', key) !== true)
      && [undefined, true].includes(at(value, 'values', 'devicePlugin', 'enabled') as boolean | undefined));
}

/** Where the DRA driver is told to hand out GPUs, on every node that has some. */
function* gpuDriversOf(model: ClusterModel): Generator<{ document: ManifestDocument; path: Path }> {
  for (const document of model.ofKind('HelmValues')) {
    const values = document.value.values;
    const handsOut = at(values, 'gpuResourcesEnabledOverride') === true
      && at(values, 'resources', 'gpus', 'enabled') !== false;
    if (handsOut && !isBound(at(values, 'kubeletPlugin'))) {
      yield { document, path: ['values', 'gpuResourcesEnabledOverride'] };
    }
  }
  const isDriver = ({ image, name }: GpuContainer) => name === 'gpus' && /dra-driver/.test(image ?? '');
  for (const document of daemonSetsWith(model, isDriver, /./)) { yield { document, path: ['metadata', 'name'] }; }
}

/** DaemonSets with such a container that no selector of their own keeps to some nodes. */
function daemonSetsWith(
  model: ClusterModel,
  isOne: (container: GpuContainer) => boolean,
  called: RegExp,
): ManifestDocument[] {
  return model.workloads.filter(({
    document,
    containers,
    nodeSelector,
  }) => document.kind === 'DaemonSet' && called.test(document.name) && containers.some(isOne)
    && Object.keys(nodeSelector)
      .every(key =>
        /^(?:kubernetes\.io\/os|nvidia\.com\/gpu\.(?:present|deploy\..*))$/.test(key))).map(({ document }) => document);
}

/** Whether values keep the pods of a chart to some nodes. */
function isBound(values: unknown): boolean {
  return isFields(at(values, 'nodeSelector')) || isFields(at(values, 'affinity'));
}
