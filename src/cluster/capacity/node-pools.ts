import { Gpu, MOST_GPUS_PER_NODE } from '../../hardware';
import { at, fieldsOf, isFields, listOf, plainText } from '../../kubernetes';
import { NodeDevices } from '../claims/gpu-device';
import { publishedDevices } from '../claims/published-devices';
import { boardsOfNodes, nodeNamesOf } from '../model/boards';
import { ClusterModel, LabelValue } from '../model/cluster-model';
import { Author, ManifestDocument } from '../model/document';

/**
 * Labels that tell one pool from another: which configs the nodes have, which board, and the label that this library
 * gives.
 */
export const POOL_LABELS = ['nvidia.com/mig.config', 'nvidia.com/device-plugin.config', 'cdk8s-gpu/pool'] as const;

const PRODUCT = 'nvidia.com/gpu.product';

/**
 * Annotations by which an object says what it does not say otherwise: on a Node `3`, on a NodeFeatureRule
 * `rule=3,other=8`.
 */
const GPUS_PER_NODE = 'cdk8s-gpu/gpus-per-node';
const NODES = 'cdk8s-gpu/nodes';
/** On a Node `[{"3g.40gb":2}]`, on a NodeFeatureRule `{"rule":[{"3g.40gb":2},{}]}`. */
const LAYOUTS = 'cdk8s-gpu/layouts';

/** Nodes that are configured alike, as far as the manifests name them. */
export interface NodePool {
  /** How messages call it. */
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The boards that may be in the nodes; empty when nothing says it. */
  readonly boards: Gpu[];
  /** How many nodes; undefined when nothing says it. */
  readonly nodes?: number;
  /** How many GPUs each has, before any is cut; undefined when nothing says it. */
  readonly gpusPerNode?: number;
  /** GPU resources that the nodes report; undefined for nodes that are only declared. */
  readonly allocatable?: Readonly<Record<string, unknown>>;
  /** How the GPUs are cut, or may be, by annotation: for all GPUs, or for each. */
  readonly layouts?: SaidLayouts;
  /** What a driver publishes of each node, as ResourceSlices say it. */
  readonly published?: NodeDevices;
  /** The names of the nodes of which devices are published. */
  readonly nodeNames?: readonly string[];
  /** Whether its nodes may have more labels than these, because there is no Node object of them. */
  readonly hasOtherLabels?: boolean;
  readonly author: Author;
}

/** Profiles and counts; none for a GPU that is whole. */
export type SaidLayouts = readonly ReadonlyMap<string, number>[];

/** One node that the manifests name, and what every object together says of it. */
interface NamedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly boards: Gpu[];
  readonly gpus?: number;
  readonly allocatable?: Readonly<Record<string, unknown>>;
  readonly layouts?: SaidLayouts;
  readonly published?: NodeDevices;
  readonly hasOtherLabels?: boolean;
  readonly author: Author;
}

/**
 * The pools of a cluster: nodes that a Node object or a NodeFeatureRule names, gathered by what they have in common;
 * and the nodes that a rule knows by their board.
 */
export function nodePoolsOf(model: ClusterModel): NodePool[] {
  const named = new Map<string, NamedNode>();
  const unnamed: NodePool[] = [];
  for (const label of labelSets(model)) {
    const names = nodeNamesOf(label);
    if (label.document.kind === 'NodeFeatureRule' && !POOL_LABELS.some(key => Object.hasOwn(label.together, key))) {
      continue;
    }
    if (names === undefined) { unnamed.push(poolByRule(model, label)); }
    for (const name of names ?? []) { named.set(name, nodeWith(named.get(name), name, model, label)); }
  }
  for (const [name, published] of publishedDevices(model)) {
    named.set(name, nodeOf(named.get(name), name, published));
  }
  return [...gathered([...named.values()].filter(isGpuNode), selectedLabels(model)), ...unnamed];
}

function selectedLabels(model: ClusterModel): string[] {
  return [...new Set(model.distinctWorkloads.flatMap(({ nodeSelector, requiredLabels }) =>
    [...Object.keys(nodeSelector), ...Object.keys(requiredLabels)]))].sort();
}

function poolByRule(model: ClusterModel, label: LabelValue): NodePool {
  const { document, together: labels } = label;
  const rule = ruleName(label);
  return {
    title: `the nodes of rule ${rule}`,
    labels,
    boards: boardsOfNodes(model, label),
    nodes: annotatedCount(document, NODES, rule),
    gpusPerNode: annotatedCount(document, GPUS_PER_NODE, rule),
    layouts: annotatedLayouts(document, rule),
    author: document.author,
  };
}

/** What was known of a node, and what one more place says of it. */
function nodeWith(known: NamedNode | undefined, name: string, model: ClusterModel, label: LabelValue): NamedNode {
  const { document, together } = label;
  const isNode = document.kind === 'Node';
  return {
    name,
    labels: { ...known?.labels, ...together },
    boards: known === undefined || known.boards.length === 0 ? boardsOfNodes(model, label) : known.boards,
    gpus: known?.gpus ?? (isNode ? gpusOfNode(document) : annotatedCount(document, GPUS_PER_NODE, ruleName(label))),
    allocatable: known?.allocatable ?? (isNode ? allocatableOf(document) : undefined),
    layouts: known?.layouts ?? annotatedLayouts(document, isNode ? undefined : ruleName(label)),
    author: known?.author === 'person' ? 'person' : document.author,
  };
}

/** What was known of a node, and what a driver publishes of it; undefined where some of that is not there. */
function nodeOf(known: NamedNode | undefined, name: string, published: NodeDevices | undefined): NamedNode {
  const node = known ?? { name, labels: {}, boards: [], author: 'person', hasOtherLabels: true };
  if (published === undefined) { return node; }
  const products = new Set(published.devices.map(({ attributes }) => attributes.get('gpu.nvidia.com/productName')));
  const boards = Gpu.all().filter(gpu => gpu.nvmlProductNames.some(product => products.has(product)));
  return {
    ...node,
    boards: node.boards.length > 0 ? node.boards : boards,
    gpus: new Set(published.devices.map(({ board }) => board)).size,
    published,
  };
}

/** A label of each place that sets some: what stands there together is for the same nodes. */
function labelSets(model: ClusterModel): LabelValue[] {
  return [...new Map(model.labels.map(label => [label.together, label])).values()];
}

function isGpuNode({ labels, published }: NamedNode): boolean {
  return published !== undefined || [...POOL_LABELS, PRODUCT].some(key => Object.hasOwn(labels, key));
}

/** @param selected labels by which pods select nodes */
function gathered(nodes: NamedNode[], selected: readonly string[]): NodePool[] {
  const alike = new Map<string, NamedNode[]>();
  for (const node of nodes) {
    const key = JSON.stringify([
      [...POOL_LABELS, PRODUCT].map(label => node.labels[label]),
      node.boards.map(String),
      node.gpus,
      node.allocatable,
      node.layouts?.map(each => [...each]),
      node.published && [keyOf(node.published), node.hasOtherLabels, ...selected.map(label => node.labels[label])],
    ]);
    const members = alike.get(key);
    if (members === undefined) { alike.set(key, [node]); } else { members.push(node); }
  }
  return [...alike.values()].map(members => ({
    title: titleOf(members.map(({ name }) => name)),
    labels: members[0].labels,
    boards: members[0].boards,
    nodes: members.length,
    gpusPerNode: members[0].gpus,
    allocatable: members[0].allocatable,
    layouts: members[0].layouts,
    ...members[0].published !== undefined && {
      published: members[0].published,
      nodeNames: members.map(({ name }) => name),
      hasOtherLabels: members[0].hasOtherLabels,
    },
    author: members.some(({ author }) => author === 'person') ? 'person' : 'construct',
  }));
}

/** Equal for nodes of which the same is published. */
function keyOf({ devices, counters }: NodeDevices): unknown {
  return [[...counters], devices.map(({ attributes, capacity, consumes, policies, ...device }) =>
    [device, [...attributes], [...capacity], [...consumes], [...policies]])];
}

function titleOf(names: string[]): string {
  const sorted = [...names].sort();
  if (sorted.length === 1) { return `node ${sorted[0]}`; }
  return sorted.length <= 3
    ? `nodes ${sorted.join(', ')}`
    : `${sorted.length} nodes (${sorted.slice(0, 2).join(', ')}, ...)`;
}

function ruleName({ document, path }: LabelValue): string {
  return plainText(at(document.value, ...path.slice(0, 3), 'name'));
}

/**
 * The GPUs of a Node: by annotation, or by the label of GPU feature discovery, which counts MIG devices under strategy
 * single (k8s-device-plugin internal/lm).
 */
export function gpusOfNode(node: ManifestDocument): number | undefined {
  const { labels } = node;
  const ofMigDevices = /-MIG-/.test(labels[PRODUCT] ?? '') || labels['nvidia.com/mig.strategy'] === 'single';
  const count = positive(node.annotations[GPUS_PER_NODE])
    ?? (ofMigDevices ? undefined : positive(labels['nvidia.com/gpu.count']));
  return count !== undefined && count <= MOST_GPUS_PER_NODE ? count : undefined;
}

function annotatedCount(document: ManifestDocument, key: string, rule: string): number | undefined {
  const pairs = (document.annotations[key] ?? '').split(',').map(pair => pair.trim().split('='));
  return positive(pairs.find(([name]) => name === rule)?.[1]);
}

/** What is written there, as far as it is a list of profiles with counts. */
function annotatedLayouts({ annotations }: ManifestDocument, rule?: string): SaidLayouts | undefined {
  const said = parsed(annotations[LAYOUTS]);
  const list = listOf(rule === undefined ? said : at(said, rule));
  const isCount = (count: unknown) =>
    Number.isInteger(count) && Number(count) > 0 && Number(count) <= MOST_GPUS_PER_NODE;
  const isLayout = (each: unknown) => isFields(each) && Object.values(each).every(isCount);
  if (list.length === 0 || list.length > MOST_GPUS_PER_NODE || !list.every(isLayout)) { return undefined; }
  return list.map(each => new Map(Object.entries(fieldsOf(each)).map(([name, count]) => [name, Number(count)])));
}

function parsed(text: string | undefined): unknown {
  try { return JSON.parse(text ?? 'null'); } catch { return undefined; } // somebody wrote it by hand
}

function positive(text: string | undefined): number | undefined {
  const count = Number(text);
  return text !== undefined && Number.isInteger(count) && count > 0 ? count : undefined;
}

/** What a node reports, but not while it is being cut anew. */
function allocatableOf(node: ManifestDocument): Readonly<Record<string, unknown>> | undefined {
  const resources = Object.entries(fieldsOf(at(node.value, 'status', 'allocatable')))
    .filter(([name]) => name.startsWith('nvidia.com/'));
  const settled = (node.labels['nvidia.com/mig.config.state'] ?? 'success') === 'success';
  return resources.length > 0 && settled
    ? Object.fromEntries(resources.sort(([a], [b]) => (a < b ? -1 : 1)))
    : undefined;
}
