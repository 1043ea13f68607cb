import { ApiObject, Lazy, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { GpuSliceKind } from '../../hardware';
import { at, deepMerge, dnsLabel, hashedName, LABEL } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { AllocationBackend, AllocationOptions, DeviceOffer, TaintRuleForm, WantedDevice } from '../allocation-backend';
import { MigStrategy } from '../mig-strategy';
import { NodeLabelForm } from '../node-label-form';
import { NodeLabels } from '../node-labels';
import { ClusterScopedObject } from '../objects/cluster-scoped-object';
import { ContentNamedConfigMap } from '../objects/content-named-config-map';
import { PoolDeclaration } from '../pool-declaration';
import { SliceAccess } from '../slice-access';
import { GPU_TOLERATION, GpuToleration, tolerates, tolerationsOf, tolerationsOfAll } from '../tolerations';
import { ClusterPolicy, ClusterPolicyForm } from './cluster-policy';
import { ClusterPolicySettings, fullSpec, helmValues, mergePatch, partialSpec } from './cluster-policy-spec';
import { devicePluginFile } from './device-plugin-file';
import { ALL_DISABLED, migPartedFile } from './mig-parted-file';
import { NamedDevicePluginConfig, PoolConfig, poolConfig, strategyConfig } from './pool-config';
import { productLabelOf } from './product-label';
import { refuseUnlessPossible } from './refusals';

/** The label whose state says that mig-manager is done, so that no pod lands on a GPU that is still whole (POD-007). */
const MIG_READY = { [LABEL.migConfigState]: 'success' };

/**
 * Pools by the device plugin of the GPU Operator: the mig-parted file, the device-plugin file, the settings of the
 * ClusterPolicy and the node labels that choose an entry of each file.
 */
export class DevicePluginBackend implements AllocationBackend {
  private readonly configs = new Map<PoolDeclaration, PoolConfig>();
  private readonly nodeLabels: NodeLabels;
  private readonly policyHandling: ClusterPolicy;
  private migLayouts?: ContentNamedConfigMap;
  private sharing?: ContentNamedConfigMap;
  private policy?: ApiObject;

  /** @param scope the operator, under which everything is written */
  constructor(private readonly scope: Construct, private readonly options: AllocationOptions) {
    if (options.dra !== undefined) {
      throw new Error(`${scope.node.path}: dra is for allocation: GpuAllocation.DRA; say that too, or leave dra out`);
    }
    this.policyHandling = options.clusterPolicy ?? ClusterPolicy.partial();
    this.nodeLabels = new NodeLabels(scope, () => this.pools, pool => this.labelsOf(pool), options.nodeLabels);
    if (this.policyHandling._form === ClusterPolicyForm.FULL) { this.emitPolicy(); }
    scope.node.addValidation({ validate: () => this.problems() });
  }

  public register(pool: PoolDeclaration): void {
    const { releases: { gpuOperator }, migStrategy: requested } = this.options;
    refuseUnlessPossible(pool, {
      path: this.scope.node.path,
      version: gpuOperator,
      requested,
      strategy: this.strategy,
    });
    const config = poolConfig(pool, this.strategy);
    this.configs.set(pool, config);
    if (config.mig !== undefined) { this.emitMigLayouts(); }
    if (config.devicePlugin !== undefined) { this.emitSharing(); }
    if (config.mig !== undefined || config.devicePlugin !== undefined || pool.nodes.taints.length > 0) {
      this.emitPolicy();
    }
    this.nodeLabels.emit(pool);
  }

  public offer(pool: PoolDeclaration, device: WantedDevice): DeviceOffer {
    refuseClaims(pool, device);
    const product = productLabelOf(pool, device, this.strategy);
    return {
      access: SliceAccess.resource(this.resourceOf(pool, device)),
      nodeSelector: { ...this.ownSelector(pool), ...(product !== undefined && { [LABEL.gpuProduct]: product }) },
      tolerations: [GPU_TOLERATION, ...tolerationsOf(pool.nodes.taints)],
    };
  }

  public taintRule(place: string, pool: PoolDeclaration): TaintRuleForm {
    throw new Error(`${place}: ${pool.path} is handed out by the device plugin, which knows no taints of devices, `
      + 'only of nodes; drain the node (kubectl drain), or use '
      + 'GpuAllocation.DRA');
  }

  public labelsOf(pool: PoolDeclaration): Record<string, string> {
    const devicePlugin = this.devicePluginOf(pool);
    const mig = this.configs.get(pool)?.mig;
    const labels = {
      ...(mig && { [LABEL.migConfig]: mig.name }),
      ...(devicePlugin && { [LABEL.devicePluginConfig]: devicePlugin.name }),
    };
    const needsOwn = Object.keys(labels).length === 0 && Object.keys(pool.nodes.labels).length === 0;
    return needsOwn ? { [LABEL.pool]: pool.name } : labels;
  }

  public decisions(): string[] {
    const decisions: string[] = [];
    const mps = this.pools.filter(usesMps);
    if (this.options.migStrategy === undefined && this.hasMig) {
      decisions.push(mps.length === 0
        ? 'spec.mig.strategy is "mixed": there are MIG pools, and no pool uses MPS.'
        : 'spec.mig.strategy stays unset and each MIG node\'s device-plugin config carries "mixed": '
          + `${mps.map(pool => pool.path).join(', ')} uses MPS, which the device plugin refuses wherever the strategy `
          + 'is mixed (STR-005, STR-006).');
    }
    if (this.ruleOwnsMigLabels()) {
      decisions.push('spec.migManager.config.default is empty: NFD owns the nvidia.com/mig.config '
        + 'labels, and with all-disabled the operator would tear MIG down whenever the rule is deleted or renamed '
        + '(NFD-003).');
    }
    return [...decisions, ...this.actions()];
  }

  /** What of the decisions a person must do, because no manifest can. */
  public actions(): string[] {
    const actions = this.nodeLabels.actions();
    if (this.daemonsetTolerations() !== undefined && this.policyHandling._form !== ClusterPolicyForm.HELM_VALUES) {
      actions.push('The taints of the pools are tolerated by the operator\'s DaemonSets; NFD\'s '
        + 'workers must tolerate them too (Helm value node-feature-discovery.worker.tolerations), or the nodes get no '
        + 'GPU labels (POD-008).');
    }
    return actions;
  }

  /** The body for `kubectl patch clusterpolicy --type merge`. */
  public mergePatch(): Record<string, unknown> {
    return { spec: deepMerge(mergePatch(this.settings()).spec, this.policyHandling._options.overrides) };
  }

  /** Values for the gpu-operator chart. */
  public helmValues(): Record<string, unknown> {
    return helmValues(this.settings());
  }

  private get pools(): PoolDeclaration[] {
    return [...this.configs.keys()];
  }

  private get hasMig(): boolean {
    return [...this.configs.values()].some(({ mig }) => mig !== undefined);
  }

  // ---- access

  private resourceOf({ devicePlugin }: PoolDeclaration, { kind, gpu, profile }: WantedDevice): string {
    const isMig = profile !== undefined && this.strategy !== MigStrategy.SINGLE;
    const resource = isMig ? gpu!.profile(profile).resourceName : 'nvidia.com/gpu';
    const isShared = kind !== GpuSliceKind.WHOLE && kind !== GpuSliceKind.MIG;
    return isShared && devicePlugin?.renameByDefault ? `${resource}.shared` : resource;
  }

  /** The label that chose the configuration, which only these nodes have; else those by which the nodes are known. */
  private ownSelector(pool: PoolDeclaration): Record<string, string> {
    const { mig, devicePlugin } = this.configs.get(pool)!;
    const own: Record<string, string> = {
      ...(mig && { [LABEL.migConfig]: mig.name, ...MIG_READY }),
      ...(devicePlugin && { [LABEL.devicePluginConfig]: devicePlugin.name }),
    };
    if (Object.keys(own).length > 0) { return own; }
    const { [LABEL.pool]: label } = this.labelsOf(pool);
    return { ...pool.nodes.labels, ...(label !== undefined && { [LABEL.pool]: label }) };
  }

  // ---- strategy

  /** The strategy in force on nodes with MIG: what resource names are built on. */
  private get strategy(): MigStrategy {
    return this.options.migStrategy ?? MigStrategy.MIXED;
  }

  /** MIG and MPS in one cluster: the policy must stay silent and each node's config speak (STR-005, STR-006). */
  private get strategyPerNode(): boolean {
    return this.options.migStrategy === undefined && this.hasMig && this.pools.some(usesMps);
  }

  private policyStrategy(): MigStrategy | null | undefined {
    if (this.options.migStrategy !== undefined) { return this.options.migStrategy; }
    if (!this.hasMig) { return undefined; }
    return this.strategyPerNode ? null : MigStrategy.MIXED;
  }

  /** A MIG pool without sharing needs a device-plugin config only to carry its strategy. */
  private devicePluginOf(pool: PoolDeclaration): NamedDevicePluginConfig | undefined {
    const { mig, devicePlugin } = this.configs.get(pool) ?? {};
    return devicePlugin === undefined && mig !== undefined && this.strategyPerNode ? strategyConfig() : devicePlugin;
  }

  // ---- what is written

  private emitMigLayouts(): void {
    if (this.migLayouts !== undefined) { return; }
    const file = () =>
      migPartedFile(new Map([...this.configs.values()].flatMap(({ mig }) => mig ? [[mig.name, mig.entries]] : [])));
    this.migLayouts = new ContentNamedConfigMap(this.scope, 'mig-layouts', {
      namespace: this.options.namespace,
      name: () => hashedName(`${dnsLabel(this.scope.node.id)}-mig-layouts`, file()),
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
    this.sharing = new ContentNamedConfigMap(this.scope, 'sharing', {
      namespace: this.options.namespace,
      // used verbatim as a volume name, so a DNS label that no volume of the DaemonSets has (DP-014)
      name: () => hashedName(`${dnsLabel(this.scope.node.id)}-sharing`, [...files()]),
      data: () => Object.fromEntries([...files()].map(([name, file]) => [name, Yaml.stringify(file)])),
    });
  }

  private emitPolicy(): void {
    const { _form: form, _options: { name, overrides } } = this.policyHandling;
    const inManifests = form === ClusterPolicyForm.PARTIAL || form === ClusterPolicyForm.FULL;
    if (this.policy !== undefined || !inManifests) { return; }
    const { version } = this.options.releases.gpuOperator;
    const spec = () => form === ClusterPolicyForm.PARTIAL
      ? partialSpec(this.settings())
      : fullSpec(this.settings(), !GPU_OPERATOR.lacks('requiresDefaultRuntime', version));
    this.policy = new ClusterScopedObject(this.scope, 'cluster-policy', {
      apiVersion: 'nvidia.com/v1',
      kind: 'ClusterPolicy',
      metadata: {
        name: name ?? 'cluster-policy',
        annotations: { 'cdk8s-gpu/form': form, 'cdk8s-gpu/gpu-operator': version },
      },
      spec: Lazy.any({ produce: () => deepMerge(spec(), overrides) }),
    });
  }

  private ruleOwnsMigLabels(): boolean {
    return this.pools.some(pool =>
      pool.boards.length > 0 && this.nodeLabels.formOf(pool) === NodeLabelForm.NODE_FEATURE_RULE);
  }

  private daemonsetTolerations(): GpuToleration[] | undefined {
    const tolerations = tolerationsOfAll(this.pools.map(({ nodes }) => nodes));
    // the list replaces the operator's own, which must therefore be said again (POD-008)
    return tolerations.length === 0 ? undefined : [GPU_TOLERATION, ...tolerations];
  }

  private settings(): ClusterPolicySettings {
    const { rebootForMigMode, mpsRoot } = this.policyHandling._options;
    return {
      migStrategy: this.policyStrategy(),
      migConfigName: this.migLayouts?.name,
      migConfigDefault: this.ruleOwnsMigLabels() ? '' : ALL_DISABLED,
      rebootForMigMode,
      devicePluginConfigName: this.sharing?.name,
      mpsRoot,
      daemonsetTolerations: this.daemonsetTolerations(),
    };
  }

  /** The taints of pools that an overridden list of tolerations leaves out: a list replaces a list (POD-008). */
  private lostTaints(): string[] {
    const tolerations = at(this.policyHandling._options.overrides, 'daemonsets', 'tolerations');
    if (!Array.isArray(tolerations)) { return []; }
    const taints = this.pools.flatMap(pool => pool.nodes.taints)
      .filter(taint => !tolerations.some(each => tolerates(each as GpuToleration, taint)));
    return [...new Set(taints.map(({ key, value, effect }) =>
      `${key}${value === undefined ? '' : `=${value}`}:${effect}`))].sort();
  }

  /** What only the whole set of pools shows. */
  private problems(): string[] {
    const lost = this.lostTaints();
    if (lost.length > 0) {
      return ['overrides replace spec.daemonsets.tolerations, and the operator\'s pods would stay away from nodes '
        + `with the taint ${lost.join(', ')}, which pools have; repeat the toleration there, or leave the list `
        + 'out'];
    }
    if (this.policy === undefined || this.policyHandling._form !== ClusterPolicyForm.PARTIAL) { return []; }
    try {
      partialSpec(this.settings());
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }
}

function usesMps(pool: PoolDeclaration): boolean {
  return pool.sharing?.method === 'mps';
}

/** What only a claim can say. */
function refuseClaims({ path }: PoolDeclaration, { group, memoryMib, anyOf, together }: WantedDevice): void {
  const wanted = [
    [group, 'which containers share one device'],
    [memoryMib, 'how much memory of a device is set aside for a container'],
    [anyOf, 'that one of several profiles will do'], [together, 'that several slices are on one board'],
  ].find(([said]) => said !== undefined);
  if (wanted === undefined) { return; }
  throw new Error(`${path}: the device plugin cannot say ${wanted[1] as string}; a claim can: `
    + 'allocation: GpuAllocation.DRA');
}
