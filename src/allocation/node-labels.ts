import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ANNOTATION, LABEL } from '../kubernetes';
import { GpuNodes } from './gpu-nodes';
import { nodeFeatureRuleEntry } from './node-feature-rule';
import { NodeLabelForm } from './node-label-form';
import { ClusterScopedObject } from './objects/cluster-scoped-object';
import { PoolDeclaration } from './pool-declaration';

/** Profiles of each GPU of a node, or of all where there is one entry; none for a GPU that is whole. */
export type SaidLayouts = readonly Readonly<Record<string, number>>[];

/** Writes the labels that choose the configuration of the pools' nodes. */
export class NodeLabels {
  private rule?: ApiObject;

  /**
   * @param scope what the objects are made under
   * @param pools of the cluster; more may register while this is in use
   * @param labelsOf the labels of a pool, settled when every pool has registered
   * @param standardForm for pools that say none
   */
  constructor(
    private readonly scope: Construct,
    private readonly pools: () => readonly PoolDeclaration[],
    private readonly labelsOf: (pool: PoolDeclaration) => Record<string, string>,
    private readonly standardForm?: NodeLabelForm,
    private readonly layoutsSaid: (pool: PoolDeclaration) => SaidLayouts | undefined = () => undefined,
  ) {}

  /** Writes the objects that label a pool's nodes; one NodeFeatureRule serves all pools. */
  public emit(pool: PoolDeclaration): void {
    const form = this.formOf(pool);
    if (form === NodeLabelForm.NODE_OBJECTS) {
      for (const name of pool.nodes.names) {
        new ClusterScopedObject(this.scope, `node-${name}`, {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name, labels: this.lazyLabelsOf(pool), ...countsOfNode(pool, this.layoutsSaid(pool)) },
        });
      }
    }
    if (form === NodeLabelForm.NODE_FEATURE_RULE && this.rule === undefined) {
      this.rule = new ClusterScopedObject(this.scope, 'node-labels', {
        apiVersion: 'nfd.k8s-sigs.io/v1alpha1',
        kind: 'NodeFeatureRule',
        metadata: { annotations: this.lazyCounts() },
        spec: Lazy.any({ produce: () => ({ rules: this.rules() }) }),
      });
    }
  }

  /** How the labels of a pool are written. */
  public formOf(pool: PoolDeclaration): NodeLabelForm {
    const byLabel = Object.keys(pool.nodes.labels).length > 0;
    const form = pool.labelForm
      ?? (byLabel ? NodeLabelForm.HANDED_OUT : this.standardForm ?? NodeLabelForm.NODE_FEATURE_RULE);
    if (form === NodeLabelForm.NODE_FEATURE_RULE && byLabel) {
      throw new Error(`${pool.path}: a NodeFeatureRule cannot match ${pool.nodes._describe(pool.gpus)}: it reads `
        + 'features, not ordinary node labels [NFD-002]. Use NodeLabelForm.HANDED_OUT and set pool.nodeLabels on the '
        + 'node pool, or give the '
          + 'nodes by name or by board');
    }
    if (form === NodeLabelForm.NODE_OBJECTS && pool.nodes.names.length === 0) {
      throw new Error(`${pool.path}: Node objects need node names, and the pool has `
        + `${pool.nodes._describe(pool.gpus)}; use GpuNodes.named, or another `
        + 'NodeLabelForm');
    }
    return form;
  }

  /** The labels that a person must set. */
  public actions(): string[] {
    return this.pools().filter(pool => this.formOf(pool) === NodeLabelForm.HANDED_OUT).flatMap(pool => {
      const labels = Object.entries(this.labelsOf(pool)).map(([key, value]) => `${key}=${value}`);
      return labels.length === 0
        ? []
        : [`${pool.path}: set these labels on ${pool.nodes._describe(pool.gpus)}: ${labels.join(', ')}.`];
    });
  }

  /**
   * Which labels a pool needs is settled when every pool has registered; a label that it does not need renders to
   * nothing.
   */
  private lazyLabelsOf(pool: PoolDeclaration): Record<string, string> {
    const keys = [LABEL.migConfig, LABEL.devicePluginConfig, LABEL.pool];
    return Object.fromEntries(keys.map(key => [key, Lazy.any({ produce: () => this.labelsOf(pool)[key] }) as string]));
  }

  /** What the rules of a NodeFeatureRule do not say, for the rules about capacity: how many nodes and GPUs. */
  private lazyCounts(): Record<string, string> {
    const counts = (countOf: (nodes: GpuNodes) => number | undefined) => Lazy.any({
      produce: () => this.poolsByRule().filter(({ nodes }) => countOf(nodes) !== undefined)
        .map(({ name, nodes }) => `${name}=${countOf(nodes)}`).join(',') || undefined,
    }) as string;
    return {
      [ANNOTATION.gpusPerNode]: counts(nodes => nodes.gpusPerNode),
      [ANNOTATION.nodes]: counts(nodes => nodes.byBoard ? nodes.count : undefined),
      [ANNOTATION.layouts]: Lazy.any({
        produce: () => {
          const said = this.poolsByRule().flatMap(pool => {
            const layouts = this.layoutsSaid(pool);
            return layouts === undefined ? [] : [[pool.name, layouts] as const];
          });
          return said.length === 0 ? undefined : JSON.stringify(Object.fromEntries(said));
        },
      }) as string,
    };
  }

  private rules(): unknown[] {
    const named = this.pools().flatMap(({ nodes }) => nodes.names).sort();
    return this.poolsByRule().map(pool =>
      nodeFeatureRuleEntry(pool.name, pool.nodes, pool.gpus, this.labelsOf(pool), named));
  }

  private poolsByRule(): PoolDeclaration[] {
    return this.pools().filter(pool => this.formOf(pool) === NodeLabelForm.NODE_FEATURE_RULE);
  }
}

/** How many GPUs a node of a pool has, which a Node object says only once GPU feature discovery has run. */
function countsOfNode(
  { nodes }: PoolDeclaration, layouts: SaidLayouts | undefined,
): { annotations?: Record<string, string> } {
  const annotations = {
    ...(nodes.gpusPerNode !== undefined && { [ANNOTATION.gpusPerNode]: String(nodes.gpusPerNode) }),
    ...(layouts !== undefined && { [ANNOTATION.layouts]: JSON.stringify(layouts) }),
  };
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}
