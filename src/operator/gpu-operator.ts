import { Chart, Yaml } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import {
  AllocationBackend, ClusterPolicy, DevicePluginBackend, DraAccess, DraBackend, DraMig, DraOptions, DraSetup,
  GpuAllocation, MigStrategy, NodeLabelForm, PoolDeclaration,
} from '../allocation';
import { isFields } from '../kubernetes';
import { checkNamespace, checkProps, FLAG, listOf, made, needed, oneOf, Shape, struct, TEXT } from '../props';
import { GpuReleases, Versions } from '../releases';
import { AppChecks } from '../synthesis';
import { BACKENDS } from './backends';
import { refuseConflict, refuseTakenNode } from './pool-conflicts';

/** The GPU Operator of a cluster. */
export interface GpuOperatorProps {
  /** The releases of the cluster, for all that is written for it. */
  readonly releases: GpuReleases;
  /**
   * The namespace that the operator runs in. Its DaemonSets mount our ConfigMaps, so they must be there (DP-015).
   * @default 'gpu-operator'
   */
  readonly namespace?: string;
  /**
   * How devices get to pods.
   * @default GpuAllocation.DEVICE_PLUGIN
   */
  readonly allocation?: GpuAllocation;
  /**
   * How Dynamic Resource Allocation is used. Only with `GpuAllocation.DRA`.
   * @default - GPUs are cut as claims come, pods ask by resources where Kubernetes can, a GPUCluster brings the driver
   */
  readonly dra?: DraOptions;
  /**
   * The MIG strategy of the cluster. Only for the device plugin.
   * @default - worked out from the pools: `mixed` when there is MIG and no MPS; unset in the policy and written for
   * each node when there is both, because the device plugin refuses MPS wherever the strategy is `mixed` (STR-006);
   * untouched otherwise
   */
  readonly migStrategy?: MigStrategy;
  /**
   * How the settings reach the ClusterPolicy, and what else they say. Only for the device plugin.
   * @default ClusterPolicy.partial()
   */
  readonly clusterPolicy?: ClusterPolicy;
  /**
   * How node labels are written, unless a pool says otherwise.
   * @default - NodeLabelForm.NODE_FEATURE_RULE, and HANDED_OUT for nodes given by label
   */
  readonly nodeLabels?: NodeLabelForm;
}

/** The GPU Operator of a cluster, as pools refer to it. */
export interface IGpuOperator extends IConstruct {
  /** The releases of the cluster. */
  readonly releases: GpuReleases;
  /** The namespace that the operator runs in. */
  readonly namespace: string;
  /** How devices get to pods. */
  readonly allocation: GpuAllocation;
  /** What the library worked out by itself, in sentences, with the reasons. */
  readonly decisions: string[];
}

/**
 * The GPU Operator of one cluster: gathers the pools and writes what the operator reads.
 *
 * A cluster has one mig-parted file and one device-plugin file; nodes choose an entry by label. So there is one
 * `GpuOperator` for a cluster, pools register with it, and it writes both files, the ClusterPolicy settings and the
 * node labels. What no pool needs is not written.
 *
 * @example
 * const operator = new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
 *
 * new MigPartitionedGpu(chart, 'support', {
 *   operator,
 *   gpu: Gpu.A100_SXM4_80GB,
 *   nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
 *   layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole()],
 * });
 */
export class GpuOperator extends Construct implements IGpuOperator {
  /** The releases of the cluster. */
  public readonly releases: GpuReleases;
  /** The namespace that the operator runs in. */
  public readonly namespace: string;
  /** How devices get to pods. */
  public readonly allocation: GpuAllocation;

  private readonly backend: AllocationBackend;
  private readonly pools: PoolDeclaration[] = [];
  /** Construct path of the pool that each node is in. */
  private readonly poolOfNode = new Map<string, string>();

  constructor(scope: Construct, id: string, props: GpuOperatorProps) {
    super(scope, id);
    checkProps(this.node.path, props, GPU_OPERATOR_PROPS);
    checkNamespace(this.node.path, props.namespace);
    const chart = Chart.of(this);
    const other = chart.node.findAll().find(construct => construct instanceof GpuOperator && construct !== this);
    if (other !== undefined) {
      throw new Error(
        `${this.node.path}: chart "${chart.node.id}" already has the GpuOperator ${other.node.path}; a cluster has one `
          + 'ClusterPolicy, one mig-parted file and one device-plugin file [CP-003]. Pass that one to the pools, '
          + 'or use a chart per cluster',
      );
    }
    AppChecks.of(this).addOperator(this);
    this.releases = { ...props.releases };
    AppChecks.of(this).releasesOf.set(this, inNumbers(this.releases));
    this.namespace = props.namespace ?? 'gpu-operator';
    this.allocation = props.allocation ?? GpuAllocation.DEVICE_PLUGIN;
    this.backend = BACKENDS[this.allocation](this, {
      releases: this.releases,
      namespace: this.namespace,
      migStrategy: props.migStrategy,
      clusterPolicy: props.clusterPolicy,
      nodeLabels: props.nodeLabels,
      dra: props.dra,
    });
    AppChecks.of(this).actions.push(() => this.backend.actions());
  }

  /** What serves the pools. @internal */
  public get _backend(): AllocationBackend {
    return this.backend;
  }

  /** What the library worked out by itself, in sentences, with the reasons. */
  public get decisions(): string[] {
    return this.backend.decisions();
  }

  /** The body for `kubectl patch clusterpolicy cluster-policy --type merge --patch-file FILE`, as YAML. */
  public renderMergePatch(): string {
    return this.attempt(() => yamlOf(this.devicePlugin('ClusterPolicy').mergePatch()));
  }

  /**
   * Values for `helm upgrade gpu-operator nvidia/gpu-operator -f FILE`, as YAML; with `DraSetup.DRIVER_CHART` for the
   * chart of the DRA driver.
   * @throws when a setting cannot be said in Helm values
   */
  public renderHelmValues(): string {
    return this.attempt(() =>
      yamlOf(this.backend instanceof DraBackend
        ? this.backend.helmValues()
        : this.devicePlugin('Helm values').helmValues()));
  }

  /** Registers a pool, and gives what serves it. @internal */
  public _register(pool: PoolDeclaration): void {
    this.pools.forEach(other => refuseConflict(pool, other));
    refuseTakenNode(pool, this.poolOfNode);
    this.backend.register(pool);
    this.pools.push(pool);
    pool.nodes.names.forEach(name => this.poolOfNode.set(name, pool.path));
    AppChecks.of(this).operatorOfPool.set(pool.path, this);
  }

  private devicePlugin(what: string): DevicePluginBackend {
    if (this.backend instanceof DevicePluginBackend) { return this.backend; }
    throw new Error(`allocation is ${this.allocation}, which has no ${what}`);
  }

  /** Runs `render` and puts the construct's path before what it throws. */
  private attempt<T>(render: () => T): T {
    try {
      return render();
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`, { cause: error });
    }
  }
}

const RELEASE = (product: string) => made(`a release such as ${product}.of(...)`, 'isAtLeast');

const GPU_OPERATOR_PROPS: Shape<GpuOperatorProps> = {
  releases: needed(struct<GpuReleases>({
    gpuOperator: needed(RELEASE('GpuOperatorVersion')),
    kubernetes: RELEASE('KubernetesVersion'),
    nimOperator: RELEASE('NimOperatorVersion'),
    draDriver: RELEASE('DraDriverVersion'),
    kueue: RELEASE('KueueVersion'),
  })),
  namespace: TEXT,
  allocation: oneOf(GpuAllocation),
  dra: struct<DraOptions>({
    mig: oneOf(DraMig),
    access: oneOf(DraAccess),
    profileClasses: FLAG,
    setup: oneOf(DraSetup),
    kubernetesGates: listOf(TEXT),
  }),
  migStrategy: oneOf(MigStrategy),
  clusterPolicy: made('one such as ClusterPolicy.partial()', '_form'),
  nodeLabels: oneOf(NodeLabelForm),
};

function inNumbers({ gpuOperator, kubernetes, nimOperator, draDriver, kueue }: GpuReleases): Versions {
  return {
    gpuOperator: gpuOperator.version,
    kubernetes: kubernetes?.version,
    nimOperator: nimOperator?.version,
    draDriver: draDriver?.version,
    kueue: kueue?.version,
  };
}

/** An operator, as pools use it behind its public face. */
export interface PoolRegistry {
  readonly _backend: AllocationBackend;
  _register(pool: PoolDeclaration): void;
}

/**
 * What an operator is behind its public face.
 * @throws when it is none that this library made
 */
export function registryOf(path: string, operator: IGpuOperator): PoolRegistry {
  if (typeof (operator as Partial<PoolRegistry> | undefined)?._register === 'function') {
    return operator as unknown as PoolRegistry;
  }
  throw new Error(`${path}: operator is no GpuOperator; give the one of the cluster, new GpuOperator(...)`);
}

/**
 * YAML without anchors: where one object stands at two places, a person reads it at both, and so does every parser.
 * Keys come in order, as cdk8s writes those of manifests, since what a person gives is a map, in Java and Go without
 * any.
 */
function yamlOf(value: unknown): string {
  const inOrder = (_: string, each: unknown) =>
    isFields(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each;
  return Yaml.stringify(JSON.parse(JSON.stringify(value), inOrder));
}
