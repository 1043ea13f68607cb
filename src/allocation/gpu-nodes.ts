import { Gpu, MOST_GPUS_PER_NODE } from '../hardware';
import { isLabelKey, isLabelValue } from '../kubernetes';
import { checkProps, listOf, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT } from '../props';
import { refuseSecrets } from '../secrets';

/** A taint of the nodes of a pool. */
export interface GpuTaint {
  /** The key, such as `dedicated`. */
  readonly key: string;
  /**
   * The value.
   * @default - any value is tolerated
   */
  readonly value?: string;
  /** What it does to pods that do not tolerate it. */
  readonly effect: GpuTaintEffect;
}

/** What a taint does to pods that do not tolerate it. */
export enum GpuTaintEffect {
  /** New pods stay away. */
  NO_SCHEDULE = 'NoSchedule',
  /** New pods come only where nothing else is free. */
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
  /** New pods stay away, and running ones are evicted. */
  NO_EXECUTE = 'NoExecute',
}

/** What is known about the nodes of a pool besides which they are. */
export interface GpuNodesOptions {
  /**
   * How many GPUs each node has. Needed for a layout per GPU index, and for capacities.
   * @default - unknown; a layout per index takes it from the number of layouts
   */
  readonly gpusPerNode?: number;
  /**
   * How many nodes there are. For nodes given by name it is the number of names.
   * @default - unknown, so capacities are unknown too
   */
  readonly count?: number;
  /**
   * Taints of the nodes besides `nvidia.com/gpu`. Slices tolerate them, and so must the operator's own pods:
   * they are added to `ClusterPolicy.spec.daemonsets.tolerations`, whose list replaces the built-in one (POD-008).
   * @default - none
   */
  readonly taints?: GpuTaint[];
}

/**
 * The nodes of a pool: by name, by a label that they already have, or by the board in them.
 *
 * | made by | labels can be written as | survives a node that is replaced | survives deleting the rule |
 * |---|---|---|---|
 * | `named` | NodeFeatureRule or partial Node objects | rule yes, Node object no | rule no, Node object yes |
 * | `labeled` | handed out for your cloud node pool | yes | not applicable |
 * | `withBoard` | NodeFeatureRule | yes | no |
 *
 * Sources: node-feature-discovery nfd-master.go (labels of a deleted rule are removed), NFD-003.
 */
export class GpuNodes {
  /**
   * Nodes by their Kubernetes names.
   * @param names the node names, each once
   * @param options what else is known of them
   */
  public static named(names: string[], options: GpuNodesOptions = {}): GpuNodes {
    refuseSecrets('GpuNodes.named', { names, options });
    checkProps('GpuNodes.named', { names }, { names: needed(listOf(TEXT)) });
    checkProps('GpuNodes', options, OPTIONS);
    if (names.length === 0) { throw new Error('GpuNodes.named needs at least one node name'); }
    const seen = new Set<string>();
    const repeated = names.find(name => seen.size === seen.add(name).size);
    if (repeated !== undefined) { throw new Error(`GpuNodes.named lists node ${repeated} twice; name each node once`); }
    const wrong = names.find(name => !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) || name.length > 253);
    if (wrong !== undefined) {
      throw new Error(`GpuNodes.named: "${wrong}" is not a node name: lower case letters, digits, "-" and "." `
        + 'only, as in kubectl get nodes');
    }
    if (options.count !== undefined && options.count !== names.length) {
      throw new Error(`GpuNodes.named: count ${options.count} contradicts the ${names.length} `
        + 'names given; leave count out');
    }
    return new GpuNodes({ ...options, count: names.length }, [...names].sort());
  }

  /**
   * Nodes by a label that they already have, such as the node-pool label of a cloud.
   *
   * The labels that choose a configuration are then handed out (`pool.nodeLabels`) to be set on that node pool:
   * a NodeFeatureRule cannot read ordinary node labels.
   * @param labels all of them must match
   * @param options what else is known of the nodes
   */
  public static labeled(labels: Record<string, string>, options: GpuNodesOptions = {}): GpuNodes {
    refuseSecrets('GpuNodes.labeled', { labels, options });
    checkProps('GpuNodes.labeled', { labels }, { labels: needed(mapOf(TEXT)) });
    if (Object.keys(labels).length === 0) {
      throw new Error('GpuNodes.labeled needs at least one label; every node would match without');
    }
    for (const [key, value] of Object.entries(labels)) { checkLabel('GpuNodes.labeled', key, value); }
    return new GpuNodes(options, undefined, { ...labels });
  }

  /**
   * Every node that has the board of the pool, told by its PCI id, whatever its name and also when it comes later.
   * Nodes that another pool names are left to that pool.
   * @param options what else is known of the nodes
   */
  public static withBoard(options: GpuNodesOptions = {}): GpuNodes {
    refuseSecrets('GpuNodes.withBoard', { options });
    return new GpuNodes(options);
  }

  /** How many GPUs each node has, when known. */
  public readonly gpusPerNode?: number;
  /** How many nodes there are, when known. */
  public readonly count?: number;

  private readonly _taints: GpuTaint[];

  private constructor(
    options: GpuNodesOptions,
    private readonly _names?: string[],
    private readonly _labels?: Record<string, string>,
  ) {
    checkProps('GpuNodes', options, OPTIONS);
    for (const { key, value } of options.taints ?? []) { checkLabel('GpuNodes: a taint', key, value ?? ''); }
    for (const [what, value] of [['gpusPerNode', options.gpusPerNode], ['count', options.count]] as const) {
      if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
        throw new Error(`GpuNodes: ${what} must be a whole number from 1, got ${value}`);
      }
    }
    if ((options.gpusPerNode ?? 0) > MOST_GPUS_PER_NODE) {
      throw new Error(`GpuNodes: gpusPerNode ${options.gpusPerNode} is more than any node has (${MOST_GPUS_PER_NODE} at `
        + 'most); give the number of boards in one node');
    }
    this.gpusPerNode = options.gpusPerNode;
    this.count = options.count;
    this._taints = [...(options.taints ?? [])];
  }

  /** The node names in order; empty unless the nodes were given by name. */
  public get names(): string[] {
    return [...(this._names ?? [])];
  }

  /** The labels that the nodes already have; empty unless they were given by label. */
  public get labels(): Record<string, string> {
    return { ...(this._labels ?? {}) };
  }

  /** Whether the nodes are those that have the pool's board. */
  public get byBoard(): boolean {
    return this._names === undefined && this._labels === undefined;
  }

  /** The taints of the nodes. */
  public get taints(): GpuTaint[] {
    return [...this._taints];
  }

  /** How a message names these nodes. @internal */
  public _describe(gpus: Gpu[]): string {
    if (this._names) { return this._names.length === 1 ? `node ${this._names[0]}` : `nodes ${this._names.join(', ')}`; }
    if (this._labels) {
      return `nodes labelled ${Object.entries(this._labels).sort().map(([key, value]) => `${key}=${value}`).join(',')}`;
    }
    return `nodes with ${gpus.map(gpu => gpu.name).join(' or ')}`;
  }
}

const OPTIONS: Shape<GpuNodesOptions> = {
  gpusPerNode: NUMBER,
  count: NUMBER,
  taints: listOf(struct<GpuTaint>({ key: needed(TEXT), value: TEXT, effect: needed(oneOf(GpuTaintEffect)) })),
};

/** Keys and values of labels and of taints have one form (apimachinery pkg/api/validate/content, ValidateTaints). */
function checkLabel(place: string, key: string, value: unknown): void {
  if (!isLabelKey(key)) {
    throw new Error(`${place}: "${key}" is no key: at most 63 letters, digits, "-", "_" and "." between letters or `
      + 'digits, after a DNS name and "/" if any');
  }
  if (typeof value !== 'string' || !isLabelValue(value)) {
    throw new Error(`${place}: ${key} has the value `
      + `${typeof value === 'string' ? `"${value}"` : JSON.stringify(value)}; give a text of at most 63 letters, `
      + 'digits, "-", "_" and "."');
  }
}
