import { ApiObject, Chart, Lazy, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { ALL_DISABLED, ClusterPolicyForm, ClusterPolicySettings, ClusterScopedObject, ContentNamedConfigMap, DevicePluginConfig, devicePluginFile, fullSpec, GpuToleration, helmValues, mergePatch, migPartedFile, MigStrategy, NodeLabelForm, NodeLabels, partialSpec, PoolDeclaration, usesMps } from '../allocation';
import { deepMerge, dnsLabel, hashedName, LABEL } from '../kubernetes';
import { GPU_OPERATOR, GpuOperatorVersion } from '../releases';
import { refuseSecrets } from '../secrets';
import { AppChecks } from '../synthesis';

/** The GPU Operator of a cluster. */
export interface GpuOperatorProps {
  /**
   * The release that runs in the cluster.
   * @default GpuOperatorVersion.V26_7
   */
  readonly version?: GpuOperatorVersion;
  /**
   * The namespace that the operator runs in. Its DaemonSets mount our ConfigMaps, so they must be there (DP-015).
   * @default 'gpu-operator'
   */
  readonly namespace?: string;
  /**
   * The MIG strategy of the cluster.
   * @default - worked out from the pools: `mixed` when there is MIG and no MPS; unset in the policy and written for each node
   * when there is both, because the device plugin refuses MPS wherever the strategy is `mixed` (STR-006); untouched otherwise
   */
  readonly migStrategy?: MigStrategy;
  /**
   * How the settings reach the ClusterPolicy.
   * @default ClusterPolicyForm.PARTIAL
   */
  readonly clusterPolicy?: ClusterPolicyForm;
  /**
   * The name of the ClusterPolicy object: Helm calls it `cluster-policy`, the OLM sample `gpu-cluster-policy`.
   * @default 'cluster-policy'
   */
  readonly clusterPolicyName?: string;
  /**
   * Further fields of the ClusterPolicy's `spec`, merged last, such as images or driver settings.
   * Not for the Helm form: its values have another shape.
   * @default - none
   */
  readonly clusterPolicyOverrides?: Record<string, any>;
  /**
   * How node labels are written, unless a pool says otherwise.
   * @default - NodeLabelForm.NODE_FEATURE_RULE, and HANDED_OUT for nodes given by label
   */
  readonly nodeLabels?: NodeLabelForm;
  /**
   * Let mig-manager reboot a node that cannot change MIG mode by resetting its GPUs, as on virtual machines of some clouds.
   * @default false
   */
  readonly rebootForMigMode?: boolean;
  /**
   * Host folder of the MPS daemon, where the default `/run/nvidia/mps` will not do.
   * @default - the operator's own default
   */
  readonly mpsRoot?: string;
}

/** The toleration that the operator's DaemonSets have of themselves (gpu-operator controllers/object_controls.go). */
const BUILT_IN_TOLERATION: GpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };

/**
 * The GPU Operator of one cluster: gathers the pools and writes what the operator reads.
 *
 * A cluster has one mig-parted file and one device-plugin file; nodes choose an entry by label. So there is one
 * `GpuOperator` for a cluster, pools register with it, and it writes both files, the ClusterPolicy settings and the
 * node labels. What no pool needs is not written.
 *
 * @example
 * const operator = new GpuOperator(chart, 'gpu-operator', { version: GpuOperatorVersion.V26_7 });
 *
 * new MigPartitionedGpu(chart, 'support', {
 *   operator,
 *   gpu: Gpu.A100_SXM4_80GB,
 *   nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
 *   layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole()],
 * });
 */
export class GpuOperator extends Construct {
  /** The release that runs in the cluster. */
  public readonly version: GpuOperatorVersion;
  /** The namespace that the operator runs in. */
  public readonly namespace: string;
  /** How the settings reach the ClusterPolicy. */
  public readonly clusterPolicyForm: ClusterPolicyForm;

  private readonly requestedStrategy?: MigStrategy;
  private readonly clusterPolicyName: string;
  private readonly overrides?: Record<string, any>;
  private readonly rebootForMigMode: boolean;
  private readonly mpsRoot?: string;
  private readonly pools: PoolDeclaration[] = [];

  private migLayouts?: ContentNamedConfigMap;
  private sharing?: ContentNamedConfigMap;
  private policy?: ApiObject;
  private readonly nodeLabels: NodeLabels;

  constructor(scope: Construct, id: string, props: GpuOperatorProps = {}) {
    super(scope, id);
    refuseSecrets(this.node.path, props);
    const chart = Chart.of(this);
    const other = chart.node.findAll().find(construct => construct instanceof GpuOperator && construct !== this);
    if (other !== undefined) {
      throw new Error(
        `${this.node.path}: chart "${chart.node.id}" already has the GpuOperator ${other.node.path}; a cluster has one ` +
        'ClusterPolicy, one mig-parted file and one device-plugin file [CP-003]. Pass that one to the pools, or use a chart per cluster',
      );
    }
    AppChecks.of(this).addOperator(this);
    this.version = props.version ?? GpuOperatorVersion.V26_7;
    this.namespace = props.namespace ?? 'gpu-operator';
    this.clusterPolicyForm = props.clusterPolicy ?? ClusterPolicyForm.PARTIAL;
    this.clusterPolicyName = props.clusterPolicyName ?? 'cluster-policy';
    this.requestedStrategy = props.migStrategy;
    this.overrides = props.clusterPolicyOverrides;
    this.nodeLabels = new NodeLabels(this, this.pools, pool => this._labelsOf(pool), props.nodeLabels);
    this.rebootForMigMode = props.rebootForMigMode ?? false;
    this.mpsRoot = props.mpsRoot;

    if (this.overrides !== undefined && this.clusterPolicyForm === ClusterPolicyForm.HELM_VALUES) {
      throw new Error(`${this.node.path}: clusterPolicyOverrides are fields of the ClusterPolicy, whose names differ from Helm values; ` +
        'put them into your values file, or choose another ClusterPolicyForm');
    }
    if (this.mpsRoot !== undefined && this.clusterPolicyForm === ClusterPolicyForm.HELM_VALUES) {
      this.attempt(() => helmValues({ mpsRoot: this.mpsRoot }));
    }
    if (this.clusterPolicyForm === ClusterPolicyForm.FULL) { this.emitPolicy(); }
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** The MIG strategy in force on nodes with MIG: what a pool builds its resource names on. */
  public get migStrategy(): MigStrategy {
    return this.requestedStrategy ?? MigStrategy.MIXED;
  }

  /** What the library worked out by itself, in sentences, with the reasons. */
  public get decisions(): string[] {
    const decisions: string[] = [];
    const mig = this.pools.filter(pool => pool.mig !== undefined);
    const mps = this.pools.filter(usesMps);
    if (this.requestedStrategy === undefined && mig.length > 0) {
      decisions.push(mps.length === 0
        ? 'spec.mig.strategy is "mixed": there are MIG pools, and no pool uses MPS.'
        : `spec.mig.strategy stays unset and each MIG node's device-plugin config carries "mixed": ${mps.map(pool => pool.path).join(', ')} ` +
          'uses MPS, which the device plugin refuses wherever the strategy is mixed (STR-005, STR-006).');
    }
    if (this.ruleOwnsMigLabels()) {
      decisions.push('spec.migManager.config.default is empty: NFD owns the nvidia.com/mig.config labels, and with all-disabled ' +
        'the operator would tear MIG down whenever the rule is deleted or renamed (NFD-003).');
    }
    for (const pool of this.pools.filter(each => this.nodeLabels.formOf(each) === NodeLabelForm.HANDED_OUT)) {
      decisions.push(`${pool.path}: set these labels on ${pool.nodes._describe(pool.gpus)}: ` +
        `${Object.entries(this._labelsOf(pool)).map(([key, value]) => `${key}=${value}`).join(', ') || 'none needed'}.`);
    }
    if (this.daemonsetTolerations() !== undefined && this.clusterPolicyForm !== ClusterPolicyForm.HELM_VALUES) {
      decisions.push('The taints of the pools are tolerated by the operator\'s DaemonSets; NFD\'s workers must tolerate them too ' +
        '(Helm value node-feature-discovery.worker.tolerations), or the nodes get no GPU labels (POD-008).');
    }
    return decisions;
  }

  /**
   * The body for `kubectl patch clusterpolicy cluster-policy --type merge --patch-file FILE`, as YAML.
   */
  public renderMergePatch(): string {
    const patch = mergePatch(this.settings());
    return Yaml.stringify({ spec: deepMerge(patch.spec, this.overrides) });
  }

  /**
   * Values for `helm upgrade gpu-operator nvidia/gpu-operator -f FILE`, as YAML.
   * @throws when a setting cannot be said in Helm values
   */
  public renderHelmValues(): string {
    return this.attempt(() => Yaml.stringify(helmValues(this.settings())));
  }

  /** Registers a pool. @internal */
  public _register(pool: PoolDeclaration): void {
    this.refuseOverlap(pool);
    this.refuseStrategyClash(pool);
    this.pools.push(pool);
    AppChecks.of(this).operatorOfPool.set(pool.path, this);
    if (pool.mig !== undefined) { this.emitMigLayouts(); }
    if (pool.devicePlugin !== undefined) { this.emitSharing(); }
    if (pool.mig !== undefined || pool.devicePlugin !== undefined || pool.nodes.taints.length > 0) { this.emitPolicy(); }
    this.nodeLabels.emit(pool);
  }

  /** The labels that choose the configuration of a pool's nodes. @internal */
  public _labelsOf(pool: PoolDeclaration): Record<string, string> {
    const devicePlugin = this.devicePluginOf(pool);
    const labels = {
      ...(pool.mig && { [LABEL.migConfig]: pool.mig.name }),
      ...(devicePlugin && { [LABEL.devicePluginConfig]: devicePlugin.name }),
    };
    const needsOwn = Object.keys(labels).length === 0 && Object.keys(pool.nodes.labels).length === 0;
    return needsOwn ? { [LABEL.pool]: pool.name } : labels;
  }

  // ---- strategy

  /** MIG and MPS in one cluster: the policy must stay silent and each node's config speak (STR-005, STR-006). */
  private get strategyPerNode(): boolean {
    return this.requestedStrategy === undefined
      && this.pools.some(pool => pool.mig !== undefined) && this.pools.some(usesMps);
  }

  private policyStrategy(): MigStrategy | null | undefined {
    if (this.requestedStrategy !== undefined) { return this.requestedStrategy; }
    if (!this.pools.some(pool => pool.mig !== undefined)) { return undefined; }
    return this.strategyPerNode ? null : MigStrategy.MIXED;
  }

  /** A MIG pool without sharing needs a device-plugin config only to carry its strategy. */
  private devicePluginOf(pool: PoolDeclaration): { name: string; config: DevicePluginConfig } | undefined {
    if (pool.devicePlugin !== undefined || pool.mig === undefined || !this.strategyPerNode) { return pool.devicePlugin; }
    const config: DevicePluginConfig = { migStrategy: MigStrategy.MIXED };
    return { name: hashedName('mig-mixed', devicePluginFile(config)), config };
  }

  private refuseStrategyClash(pool: PoolDeclaration): void {
    if (usesMps(pool) && this.requestedStrategy === MigStrategy.MIXED) {
      throw new Error(`${pool.path}: MPS cannot be used in a cluster whose migStrategy is "mixed": the device plugin exits on every such node, ` +
        `MIG or not [STR-006]. Leave migStrategy of ${this.node.path} out: each node then gets a config with a strategy of its own`);
    }
    if (pool.mig !== undefined && this.requestedStrategy === MigStrategy.NONE) {
      throw new Error(`${pool.path}: with migStrategy "none" the slices of a MIG layout cannot be requested: a GPU in MIG mode is handed out ` +
        `whole [STR-008]. Leave migStrategy of ${this.node.path} out, or choose MIXED or SINGLE`);
    }
  }

  private refuseOverlap(pool: PoolDeclaration): void {
    for (const other of this.pools) {
      const shared = pool.nodes.names.find(name => other.nodes.names.includes(name));
      if (shared !== undefined) {
        throw new Error(`${pool.path}: node ${shared} is already in pool ${other.path}; a node has one nvidia.com/mig.config and one ` +
          'nvidia.com/device-plugin.config label, so it is in one pool [NFD-004]');
      }
      const board = pool.nodes.byBoard && other.nodes.byBoard && pool.gpus.find(gpu => other.gpus.some(each => each.id === gpu.id));
      if (board) {
        throw new Error(`${pool.path}: all nodes with ${board.name} are already in pool ${other.path} [NFD-004]; give the nodes of one of them by name`);
      }
    }
  }

  // ---- what is written

  private emitMigLayouts(): void {
    if (this.migLayouts !== undefined) { return; }
    const file = () => migPartedFile(new Map(this.pools.flatMap(({ mig }) => mig ? [[mig.name, mig.entries]] : [])));
    this.migLayouts = new ContentNamedConfigMap(this, 'mig-layouts', {
      namespace: this.namespace,
      name: () => hashedName(`${dnsLabel(this.node.id)}-mig-layouts`, file()),
      // the key is fixed: CONFIG_FILE is /mig-parted-config/config.yaml (MIG-018)
      data: () => ({ 'config.yaml': Yaml.stringify(file()) }),
    });
  }

  private emitSharing(): void {
    if (this.sharing !== undefined) { return; }
    const files = () => new Map(this.pools
      .flatMap(pool => this.devicePluginOf(pool) ?? [])
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, config }) => [name, devicePluginFile(config)]));
    this.sharing = new ContentNamedConfigMap(this, 'sharing', {
      namespace: this.namespace,
      // used verbatim as a volume name, so a DNS label that no volume of the DaemonSets has (DP-014)
      name: () => hashedName(`${dnsLabel(this.node.id)}-sharing`, [...files()]),
      data: () => Object.fromEntries([...files()].map(([name, file]) => [name, Yaml.stringify(file)])),
    });
  }

  private emitPolicy(): void {
    const inManifests = this.clusterPolicyForm === ClusterPolicyForm.PARTIAL || this.clusterPolicyForm === ClusterPolicyForm.FULL;
    if (this.policy !== undefined || !inManifests) { return; }
    const spec = () => this.clusterPolicyForm === ClusterPolicyForm.PARTIAL
      ? partialSpec(this.settings())
      : fullSpec(this.settings(), !GPU_OPERATOR.lacks('requiresDefaultRuntime', this.version.version));
    this.policy = new ClusterScopedObject(this, 'cluster-policy', {
      apiVersion: 'nvidia.com/v1',
      kind: 'ClusterPolicy',
      metadata: {
        name: this.clusterPolicyName,
        annotations: { 'cdk8s-gpu/form': this.clusterPolicyForm, 'cdk8s-gpu/gpu-operator': this.version.version },
      },
      spec: Lazy.any({ produce: () => deepMerge(spec(), this.overrides) }),
    });
  }

  private ruleOwnsMigLabels(): boolean {
    return this.pools.some(pool => pool.mig !== undefined && this.nodeLabels.formOf(pool) === NodeLabelForm.NODE_FEATURE_RULE);
  }

  private daemonsetTolerations(): GpuToleration[] | undefined {
    const taints = this.pools.flatMap(pool => pool.nodes.taints);
    if (taints.length === 0) { return undefined; }
    const tolerations = new Map<string, GpuToleration>();
    for (const { key, value, effect } of taints) {
      const toleration = value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect };
      tolerations.set(JSON.stringify(toleration), toleration);
    }
    // the list replaces the operator's own, which must therefore be said again (POD-008)
    return [BUILT_IN_TOLERATION, ...[...tolerations.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, toleration]) => toleration)];
  }

  private settings(): ClusterPolicySettings {
    return {
      migStrategy: this.policyStrategy(),
      migConfigName: this.migLayouts?.name,
      migConfigDefault: this.ruleOwnsMigLabels() ? '' : ALL_DISABLED,
      rebootForMigMode: this.rebootForMigMode,
      devicePluginConfigName: this.sharing?.name,
      mpsRoot: this.mpsRoot,
      daemonsetTolerations: this.daemonsetTolerations(),
    };
  }

  /** What only the whole set of pools shows. */
  private problems(): string[] {
    if (this.policy === undefined || this.clusterPolicyForm !== ClusterPolicyForm.PARTIAL) { return []; }
    try {
      partialSpec(this.settings());
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
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
