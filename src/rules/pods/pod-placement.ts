import { keepingAway, taintInWords, tolerates } from './node-selection';
import { asked } from './pod-resources';
import {
  ClusterModel, ManifestDocument, nodeConfigOf, nodesWith, selectorPath, shippedProfileOf, usesShippedNames, Workload,
} from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { at, fieldsOf, listOf } from '../../kubernetes';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

const PRODUCT = 'nvidia.com/gpu.product';

const MIG_CONFIG = 'nvidia.com/mig.config';

const DEVICE_PLUGIN_CONFIG = 'nvidia.com/device-plugin.config';

/**
 * The labels that the nodes have for sure which a pod selects: those of the selector, else those that all nodes of a
 * board have in common which the product names, with whatever ending.
 */
function labelsOfNodes(model: ClusterModel, nodeSelector: Workload['nodeSelector']): Readonly<Record<string, string>> {
  const { [PRODUCT]: product, ...others } = nodeSelector;
  if (product === undefined || Object.hasOwn(others, MIG_CONFIG) || Object.hasOwn(others, DEVICE_PLUGIN_CONFIG)) {
    return nodeSelector;
  }
  const board = Gpu.findByProductLabel(product)?.id;
  const nodes = nodesWith(model, others)
    .map(({ labels }) => labels)
    .filter(labels => Object.hasOwn(labels, PRODUCT) && Gpu.findByProductLabel(labels[PRODUCT])?.id === board);
  const [first] = nodes;
  // a node that has the label as it is selected takes the pod
  if (first === undefined || board === undefined || nodes.some(labels => labels[PRODUCT] === product)) {
    return nodeSelector;
  }
  const common = [MIG_CONFIG, DEVICE_PLUGIN_CONFIG].filter(key =>
    Object.hasOwn(first, key) && nodes.every(labels => labels[key] === first[key]));
  return { ...nodeSelector, ...Object.fromEntries(common.map(key => [key, first[key]])) };
}

/**
 * What the product label of the selected nodes ends in, as far as the manifests say it (k8s-device-plugin
 * internal/lm/resource.go).
 */
function suffixOf(
  model: ClusterModel,
  nodeSelector: Readonly<Record<string, string>>,
): { mig?: string; shared?: boolean } {
  const config = nodeConfigOf(model, nodeSelector);
  const sharing = config?.sharing;
  const shared = config === undefined ? undefined
    : sharing !== undefined && !sharing.renamed && sharing.resources.some(({ name }) => name === 'nvidia.com/gpu');
  return { mig: model.policyStrategy === 'single' ? onlyProfile(model, nodeSelector) : undefined, shared };
}

/**
 * The one profile of a config, by its name where NVIDIA ships it; undefined when it has several, none, or leaves a GPU
 * whole.
 */
function onlyProfile(
  model: ClusterModel,
  { [MIG_CONFIG]: config, [PRODUCT]: product }: Readonly<Record<string, string>>,
): string | undefined {
  if (config === undefined) { return undefined; }
  if (usesShippedNames(model)) {
    const profile = shippedProfileOf(config)?.canonical;
    // else MIG-034 tells
    const isOfBoard = profile !== undefined && Gpu.findByProductLabel(product)?.findProfile(profile) !== undefined;
    return isOfBoard ? profile.replace('+', '.') : undefined;
  }
  const entries = model.migConfigsNamed(config).flatMap(listOf);
  const names = new Set(entries.flatMap(entry => Object.keys(fieldsOf(at(entry, 'mig-devices')))));
  const [name] = names;
  return names.size === 1 && entries.every(entry => at(entry, 'mig-enabled') === true)
    ? MigProfileName.find(name)?.canonical.replace('+', '.')
    : undefined;
}

/**
 * The toleration that the operator's pods have where the policy lists none (gpu-operator
 * controllers/object_controls.go).
 */
const BUILT_IN = [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }];

/** Whether a node is to have the operator's pods. */
function isGpuNode({ labels }: ManifestDocument): boolean {
  return Object.keys(labels)
    .some(key => [MIG_CONFIG, PRODUCT, 'nvidia.com/gpu.present', 'nvidia.com/device-plugin.config'].includes(key));
}

/** Rules about the nodes that pods select. */
export const POD_PLACEMENT_RULES: Rule[] = [
  defineRule({
    id: 'POD-005',
    name: 'product-selector-suffix',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a selector of nvidia.com/gpu.product ends in -MIG-<profile> under single, and in -SHARED where '
      + 'GPUs are shared and not renamed',
    why: 'exact label match; under mixed the label of a MIG node stays plain. Other nodes may carry the plain label, '
      + 'so only a warning for hand-written pods',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/lm/resource.go#L185-L207',
    check: ofPods(function* (model) {
      // what runs in a cluster shows which label its nodes have
      const takesPod = (selector: Workload['nodeSelector']) => model.once(`takes ${JSON.stringify(selector)}`, () =>
        nodesWith(model, selector).some(({ value }) => at(value, 'metadata', 'uid') !== undefined));
      const suffixes = new Map<string, ReturnType<typeof suffixOf>>(); // thousands of pods select a few pools
      for (const workload of model.distinctWorkloads) {
        const product = workload.nodeSelector[PRODUCT];
        const whole = workload.containers.some(container =>
          asked(container).some(([name]) => /^nvidia\.com\/gpu(?:\.shared)?$/.test(name)));
        if (product === undefined || !whole || takesPod(workload.nodeSelector)) { continue; }
        const key = JSON.stringify(workload.nodeSelector);
        const { mig, shared } = suffixes.get(key) ?? suffixOf(model, labelsOfNodes(model, workload.nodeSelector));
        suffixes.set(key, { mig, shared });
        const [plain, isShared] = [product.replace(/-SHARED$/, ''), product.endsWith('-SHARED')];
        const wanted = (mig === undefined || /-MIG-/.test(plain) ? plain : `${plain}-MIG-${mig}`)
          + (shared ?? isShared ? '-SHARED' : '');
        if (wanted !== product) {
          yield {
            document: workload.document,
            path: selectorPath(workload, PRODUCT),
            message: `the selected nodes have ${PRODUCT}=${wanted}, not ${product}`,
            fix: wanted.length > 63
              ? 'a label value has at most 63 characters, so select another label'
              : `select ${wanted}`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-006',
    name: 'product-selector-length',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'a selector of nvidia.com/gpu.product has at most 63 characters',
    why: 'longer than a label value may be: the API server refuses the selector, and NFD drops the label, so the '
      + 'node has no gpu.product (e.g. RTX PRO 6000 Server + MIG attr + SHARED)',
    evidence: 'kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/apis/nfd/validate/validate.go#L116; '
      + 'kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/nfd-master/nfd-master.go#L504-L510 (derived)',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        const product = workload.nodeSelector[PRODUCT] ?? '';
        if (product.length > 63) {
          yield {
            document: workload.document,
            path: selectorPath(workload, PRODUCT),
            message: `"${product}" has ${product.length} characters; a label value has at most 63, so no node has it`,
            fix: 'select another label, such as nvidia.com/mig.config',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-007',
    name: 'config-state-selector',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'info',
    sentence: 'a pod that selects MIG nodes also selects nvidia.com/mig.config and '
      + 'nvidia.com/mig.config.state=success',
    why: 'pods can land on a full GPU before MIG is applied on a fresh node',
    evidence: 'NVIDIA/gpu-operator#2670',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        const { document, containers, nodeSelector } = workload;
        const config = nodeSelector[MIG_CONFIG];
        if (config === undefined
          || config === ''
          || config === 'all-disabled'
          || nodeSelector[`${MIG_CONFIG}.state`] !== undefined) { continue; }
        if (containers.some(container => asked(container).length > 0)) {
          yield {
            document,
            path: selectorPath(workload, MIG_CONFIG),
            message: `selects ${MIG_CONFIG}=${config}, which a node has before its GPUs are cut`,
            fix: `select ${MIG_CONFIG}.state=success too`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-008',
    name: 'untolerated-taint',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'every NoSchedule or NoExecute taint of a GPU node must be in ClusterPolicy.daemonsets.tolerations, and '
      + 'tolerated by the NFD worker; the list replaces the built-in nvidia.com/gpu toleration (checked on Node '
      + 'objects beside a ClusterPolicy)',
    why: 'operands (and NFD, so the GPU labels) never reach the node. Taints of hand-written clusters are rarely in '
      + 'the manifests; NFD may be installed separately',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L826-L828; NVIDIA/gpu-operator@a22dbf67 '
      + 'deployments/gpu-operator/values.yaml node-feature-discovery.worker.tolerations',
    *check(model) {
      const [policy] = model.policies;
      const lists = model.policies.map(({ spec }) => at(spec, 'daemonsets', 'tolerations')).filter(Array.isArray);
      // the rest of the policy may have them
      if (policy === undefined || (lists.length === 0 && !model.policyIsWhole)) { return; }
      const tolerations = lists.length === 0 ? BUILT_IN : lists.flat();
      for (const node of model.ofKind('Node').filter(isGpuNode)) {
        const kept = keepingAway(node).find(({ taint }) => !tolerations.some(each => tolerates(each, taint)));
        if (kept !== undefined) {
          yield {
            document: node,
            path: ['spec', 'taints', kept.index],
            message: `the operator's pods do not tolerate ${taintInWords(kept.taint)}, so the node gets none of them`,
            fix: 'add it to spec.daemonsets.tolerations of the ClusterPolicy, whose list replaces the built-in '
              + 'nvidia.com/gpu, and to the tolerations of the NFD worker',
          };
        }
      }
    },
  }),
];
