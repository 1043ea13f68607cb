import { asked } from './pod-resources';
import { boardNamedBy, ClusterModel, ManifestDocument, nodesWith, selectorPath, Workload } from '../../cluster';
import { Gpu } from '../../hardware';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText, textOf } from '../../kubernetes';
import { isSlipOf, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

const PRODUCT = 'nvidia.com/gpu.product';

/** What a label of a GPU node says in a selector, where somebody wrote down its taint. */
const TAINT_VALUES = ['present', 'Exists', 'NoSchedule', 'NoExecute', 'PreferNoSchedule'];

/** The product labels of all boards that are known. */
const productLabels = (): string[] => Gpu.all().flatMap(gpu => gpu.productLabels);

/**
 * A board by the short name that everybody uses, by that of a cloud, or by half of its label; A10, A30 and A40 alone
 * are what old drivers call them.
 */
const SHORT = /^(?:NVIDIA-)?(?:[abhlt]\d+s?|[AHV]100|L40S|L40|L4|T4|GH200|GB[23]00)$|^nvidia-(?:tesla-)?[a-z0-9]+$|^NVIDIA-[AH]100(?:-SXM4|-\d+GB)$/;

/**
 * The label that somebody meant who wrote one that no board has: one letter off, or in other case. Digits are what
 * boards differ in.
 */
function meantProduct(written: string): string | undefined {
  const plain = written.replace(/-SHARED$/, '').replace(/-MIG-.*$/, '');
  const labels = productLabels();
  if (SHORT.test(plain)) {
    const part = plain.replace(/^NVIDIA-(?:tesla-)?/i, '').toLowerCase();
    const longer = labels.filter(label => `-${label.toLowerCase()}-`.includes(`-${part}-`));
    return longer.length === 0
      ? undefined
      : longer.length <= 4
        ? longer.join(' or ')
        : `${longer.slice(0, 3).join(', ')} and others`;
  }
  const inOtherCase = labels.find(label => label.toLowerCase() === plain.toLowerCase());
  const slip = inOtherCase ?? labels.find(label => isSlipOf(plain, label) && digitsOf(plain) === digitsOf(label));
  const isOfSameBoard = slip?.split('-').includes(plain.split('-')[1]) ?? false;
  return slip === undefined || isOfSameBoard ? slip : labelOfSameBoard(plain, labels) ?? slip;
}

/**
 * Of a label that names a board in its second word, the label of that board which has the most words of it: H100 is no
 * slip of A100.
 */
function labelOfSameBoard(written: string, labels: readonly string[]): string | undefined {
  const words = written.split('-');
  const shared = (label: string) => label.split('-').filter(word => words.includes(word)).length;
  return labels.filter(label => label.split('-').includes(words[1]))
    .sort((a, b) => shared(b) - shared(a) || (a < b ? -1 : 1))[0];
}

const digitsOf = (text: string) => (text.match(/\d+/g) ?? []).join();

/** Fields of a pod that hold label values or values of taints, each of which the API takes as a string alone. */
function* stringFieldsOf({ document, path }: Workload): Generator<{ path: Path; value: unknown }> {
  const pod = at(document.value, ...path);
  for (const [key, value] of Object.entries(fieldsOf(at(pod, 'nodeSelector')))) {
    yield { path: ['nodeSelector', key], value };
  }
  for (const [index, toleration] of listOf(at(pod, 'tolerations')).entries()) {
    yield { path: ['tolerations', index, 'value'], value: at(toleration, 'value') };
  }
  const affinity = ['affinity', 'nodeAffinity'];
  const required = [...affinity, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  for (const index of listOf(at(pod, ...required)).keys()) { yield* valuesOfTerm(pod, [...required, index]); }
  const preferred = [...affinity, 'preferredDuringSchedulingIgnoredDuringExecution'];
  for (const index of listOf(at(pod, ...preferred)).keys()) {
    yield* valuesOfTerm(pod, [...preferred, index, 'preference']);
  }
}

function* valuesOfTerm(pod: unknown, term: Path): Generator<{ path: Path; value: unknown }> {
  for (const [index, expression] of listOf(at(pod, ...term, 'matchExpressions')).entries()) {
    for (const [number, value] of listOf(at(expression, 'values')).entries()) {
      yield { path: [...term, 'matchExpressions', index, 'values', number], value };
    }
  }
}

/** Whether a toleration covers a taint (k8s.io/api core/v1 Toleration.ToleratesTaint). */
export function tolerates(toleration: unknown, taint: unknown): boolean {
  const [key, effect, operator] = ['key', 'effect', 'operator'].map(field => textOf(at(toleration, field)));
  if (effect !== undefined && effect !== '' && effect !== at(taint, 'effect')) { return false; }
  if (key === undefined || key === '') { return operator === 'Exists'; }
  return key === at(taint, 'key')
    && (operator === 'Exists' || plainText(at(toleration, 'value') ?? '') === plainText(at(taint, 'value') ?? ''));
}

/** The taints of a node that keep pods away, less those that the node's own controllers set and take away. */
export function keepingAway({ spec }: ManifestDocument): { taint: Readonly<Fields>; index: number }[] {
  return listOf(at(spec, 'taints')).flatMap((taint, index) => (isFields(taint)
    && ['NoSchedule', 'NoExecute'].includes(plainText(taint.effect))
    && !/^node\.(?:cloudprovider\.)?kubernetes\.io\//.test(plainText(taint.key)) ? [{ taint, index }] : []));
}

export function taintInWords({ key, value, effect }: Readonly<Fields>): string {
  return `${shown(key ?? '')}${value === undefined ? '' : `=${shown(value)}`}:${shown(effect)}`;
}

/** What the nodes have that a workload may go to. */
interface SelectedNodes {
  readonly names: readonly string[];
  /** The taints that keep pods away, of nodes that have the same ones once. */
  readonly taints: readonly (readonly { taint: Readonly<Fields> }[])[];
}

/** The nodes with the labels that a workload requires; one without a selector may go to every node that has GPUs. */
function selectedBy(model: ClusterModel, { nodeSelector, requiredLabels }: Workload): SelectedNodes {
  return model.once(`nodes of ${JSON.stringify([nodeSelector, requiredLabels])}`, () => {
    const others = Object.entries(requiredLabels);
    const isOpen = Object.keys(nodeSelector).length === 0 && others.length === 0;
    const nodes = nodesWith(model, nodeSelector).filter(({ labels }) => (isOpen
      ? Object.hasOwn(labels, PRODUCT) || labels['nvidia.com/gpu.present'] === 'true'
      : others.every(([key, values]) => values.includes(labels[key]))));
    const taints = new Map(nodes.map(node => {
      const ofNode = keepingAway(node);
      return [JSON.stringify(ofNode.map(({ taint }) => taint)), ofNode];
    }));
    return { names: nodes.map(({ name }) => name), taints: [...taints.values()] };
  });
}

const OF_GKE = 'cloud.google.com/gke-accelerator';

/** The name that GKE gives a board: with `tesla` or without, as its table has it. */
function meantMachine(name: string): string | undefined {
  const isKnown = (value: string) => boardNamedBy({ [OF_GKE]: value }) !== undefined;
  const other = name.startsWith('nvidia-tesla-')
    ? name.replace('nvidia-tesla-', 'nvidia-')
    : name.replace(/^nvidia-/, 'nvidia-tesla-');
  return !isKnown(name) && other !== name && isKnown(other) ? other : undefined;
}

/** Rules about the labels that pods select and the taints that they tolerate. */
export const NODE_SELECTION_RULES: Rule[] = [
  defineRule({
    id: 'POD-012',
    name: 'misspelt-product-label',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'the value of nvidia.com/gpu.product that a pod selects is one that GPU feature '
      + 'discovery writes for a board',
    why: 'no node has any other, so the pod stays Pending. Found where it is one letter or the case of letters off a '
      + 'known board, or the short name of one, such as A100',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/lm/resource.go#L185-L207; the product '
      + 'labels of docs/boards.md',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        const only = workload.nodeSelector[PRODUCT];
        const products = only === undefined ? workload.requiredLabels[PRODUCT] ?? [] : [only];
        const isKnown = (product: string) => Gpu.findByProductLabel(product) !== undefined
          || model.labelsWith(PRODUCT, product).length > 0;
        const meant = products.map(product => (isKnown(product) ? undefined : meantProduct(product)));
        if (meant.length > 0 && !meant.includes(undefined)) { // of several, one that there is will do
          const names = [...new Set(meant)].join(' and ');
          yield {
            document: workload.document,
            path: selectorPath(workload, PRODUCT),
            message: `no node has ${PRODUCT}=${products.join(' or ')}: GPU feature discovery writes ${names}`,
            fix: `select ${names}; kubectl get nodes -L ${PRODUCT} shows what yours have`,
          };
        }
        const machine = workload.nodeSelector[OF_GKE];
        const named = machine === undefined ? undefined : meantMachine(machine);
        if (named === undefined) { continue; }
        yield {
          document: workload.document,
          path: selectorPath(workload, OF_GKE),
          message: `GKE has no ${OF_GKE}=${machine}; there is ${named}`,
          fix: `select ${named}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'POD-013',
    name: 'selector-value-type',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'values of nodeSelector, of node affinity and of tolerations are strings',
    why: 'the API server refuses the pod: a number or a boolean cannot be read into a string. YAML reads 8, true, '
      + 'yes and 1.10 so, unless they stand in quotes',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/core/v1/types.go PodSpec.NodeSelector, '
      + 'NodeSelectorRequirement.Values, Toleration.Value',
    check: ofPods(function* (model) {
      // of those SCH-002 tells
      for (const workload of model.distinctWorkloads.filter(({ document }) => !document.kind.startsWith('NIM'))) {
        for (const { path, value } of stringFieldsOf(workload)) {
          if (typeof value !== 'number' && typeof value !== 'boolean') { continue; }
          yield {
            document: workload.document,
            path: [...workload.path, ...path],
            message: `${path.filter(key => typeof key === 'string').slice(0, 1).join('')} has the ${typeof value} `
              + `${value}, and the API server takes strings alone`,
            fix: `write "${value}" in quotes`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-014',
    name: 'taint-as-selector',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a nodeSelector does not select nvidia.com/gpu with the value of a taint',
    why: 'nvidia.com/gpu=present is a taint, which pods tolerate; as a label it is on no node unless somebody sets '
      + 'it, and the pod stays Pending',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go (its labels are nvidia.com/gpu.present and '
      + 'nvidia.com/gpu.deploy.*)',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        const value = workload.nodeSelector['nvidia.com/gpu'];
        if (value === undefined
          || !TAINT_VALUES.includes(value)
          || model.labelsWith('nvidia.com/gpu', value).length > 0) { continue; }
        yield {
          document: workload.document,
          path: selectorPath(workload, 'nvidia.com/gpu'),
          message: `selects the label nvidia.com/gpu=${value}, which is the shape of a taint: no `
            + 'operator writes such a label',
          fix: 'select nvidia.com/gpu.present: "true", and write the taint under tolerations',
        };
      }
    }),
  }),
  defineRule({
    id: 'POD-015',
    name: 'taint-not-tolerated',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a pod that asks for a GPU tolerates the taints of some node that it selects (checked where Node '
      + 'objects are among the manifests)',
    why: 'the scheduler leaves it Pending. The admission plugin ExtendedResourceToleration adds a toleration for '
      + 'taints whose key is the name of the resource; it is off by default',
    evidence: 'Kubernetes documentation, taints and tolerations; Kubernetes documentation, admission controllers, '
      + 'ExtendedResourceToleration; NVIDIA/k8s-device-plugin#71',
    check: ofPods(function* (model) {
      if (!model.ofKind('Node').some(node => keepingAway(node).length > 0)) { return; }
      for (const workload of model.distinctWorkloads.filter(({ containers }) =>
        containers.some(container => asked(container).length > 0))) {
        const { names, taints } = selectedBy(model, workload);
        const tolerations = listOf(at(workload.document.value, ...workload.path, 'tolerations'));
        const first = taints.map(ofNode =>
          ofNode.find(({ taint }) => !tolerations.some(each => tolerates(each, taint))));
        if (names.length === 0 || first.some(taint => taint === undefined)) { continue; }
        yield {
          document: workload.document,
          path: [...workload.path, 'tolerations'],
          message: `the nodes that it selects (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}) `
            + 'have taints that it does not tolerate, such as '
            + `${taintInWords(first[0]!.taint)}: it stays Pending`,
          fix: `tolerate ${taintInWords(first[0]!.taint)}, or select other nodes`,
        };
      }
    }),
  }),
];
