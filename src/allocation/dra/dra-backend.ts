import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { GpuSliceKind } from '../../hardware';
import { dnsLabel, LABEL } from '../../kubernetes';
import {
  AllocationBackend, AllocationOptions, DeviceOffer, DeviceUse, TaintRuleForm, WantedDevice,
} from '../allocation-backend';
import { layoutsOf } from '../board-layouts';
import { NodeLabels } from '../node-labels';
import { acceptedGates, annotationsOf } from './annotations';
import { ClusterScopedObject } from '../objects/cluster-scoped-object';
import { PoolDeclaration } from '../pool-declaration';
import { SliceAccess } from '../slice-access';
import { GPU_TOLERATION, tolerationsOf, tolerationsOfAll } from '../tolerations';
import { ClaimRequest, claimSpec, DRIVER_CLASS, MOST_DEVICES } from './claim-templates';
import { accessTo, Claims, plannedClaim, PlannedClaim, plannedTemplate } from './claims';
import { classOfProfile, profileLabel, ResourceClass, WHOLE_GPU_CLASS } from './device-classes';
import { DraAccess, DraMig, DraSetup } from './dra-options';
import { DraDriverSettings, driverChartValues, gpuClusterSpec, operatorChartValues } from './gpu-cluster';
import { mpsConfig } from './opaque-config';
import { layoutsSaid, resourceOf, resourcesOf } from './pool-resources';
import {
  devicesOf, refuseBesideSharedMemory, refusePartOfSlice, refuseGpuCluster, refuseUnlessPossible,
} from './refusals';
import { DraDriverGate, DraFeature, DraReleases } from './requirements';

/** The name of the only request of a claim. */
const REQUEST = 'gpu';

/**
 * Pools by Dynamic Resource Allocation: a DeviceClass for each resource, claims and templates where somebody uses them,
 * a GPUCluster in the place of a ClusterPolicy, and the node labels by which pods find the nodes of their pool.
 */
export class DraBackend implements AllocationBackend {
  private readonly pools: PoolDeclaration[] = [];
  /** For each pool and profile the groups that share. */
  private readonly groups = new Map<PoolDeclaration, Map<string | undefined, Set<string>>>();
  private readonly classes = new Map<string, ClusterScopedObject>();
  private readonly releases: DraReleases;
  private readonly claims: Claims;
  private readonly nodeLabels: NodeLabels;
  private readonly mig: DraMig;
  private readonly access: DraAccess;
  private readonly profileClasses: boolean;
  private readonly setup: DraSetup;
  private gpuCluster?: ClusterScopedObject;
  /** Pools of which memory is claimed in parts. */
  private readonly sharing = new Set<PoolDeclaration>();
  /** Whether single devices are taken out of use. */
  private hasTaintRules = false;

  /**
   * @param scope the operator, under which everything is written
   * @throws when the releases of the cluster have no such allocation
   */
  constructor(private readonly scope: Construct, private readonly options: AllocationOptions) {
    const { dra = {}, releases } = options;
    const path = scope.node.path;
    for (const key of ['migStrategy', 'clusterPolicy'] as const) {
      if (options[key] !== undefined) {
        throw new Error(`${path}: ${key} is for the device plugin, and allocation is GpuAllocation.DRA; leave it out`);
      }
    }
    this.releases = new DraReleases(path, releases, dra.kubernetesGates ?? []);
    this.mig = dra.mig ?? DraMig.DYNAMIC;
    this.setup = dra.setup ?? DraSetup.GPU_CLUSTER;
    if (this.setup === DraSetup.GPU_CLUSTER) { refuseGpuCluster(path, releases); }
    if (dra.access === DraAccess.EXTENDED_RESOURCE) {
      this.releases.need(
        path,
        'extendedResources',
        'a DeviceClass loses its extendedResourceName, and pods that ask for the resource stay Pending',
      );
    }
    this.access = dra.access
      ?? (this.releases.has('extendedResources') ? DraAccess.EXTENDED_RESOURCE : DraAccess.CLAIM);
    this.profileClasses = dra.profileClasses ?? false;
    this.claims = new Claims(scope, this.releases.apiVersion);
    const labelsOf = (pool: PoolDeclaration) => this.labelsOf(pool);
    this.nodeLabels = new NodeLabels(scope, () => this.pools, labelsOf, options.nodeLabels, layoutsSaid);
  }

  public register(pool: PoolDeclaration): void {
    refuseUnlessPossible(pool, this.pools, this.mig, this.releases);
    refuseBesideSharedMemory([pool], [...this.sharing], this.mig);
    this.pools.push(pool);
    for (const resource of this.access === DraAccess.EXTENDED_RESOURCE ? resourcesOf(pool) : []) {
      this.emitClass(resource);
    }
    if (this.setup === DraSetup.GPU_CLUSTER) { this.emitGpuCluster(); }
    this.nodeLabels.emit(pool);
  }

  public offer(pool: PoolDeclaration, device: WantedDevice): DeviceOffer {
    const place = {
      nodeSelector: { ...pool.nodes.labels, ...this.labelsOf(pool) },
      tolerations: [GPU_TOLERATION, ...tolerationsOf(pool.nodes.taints)],
      isUncounted: true,
    };
    if (device.memoryMib !== undefined) { return { ...place, ...this.partOfMemory(pool, device, device.memoryMib) }; }
    if (pool.sharing !== undefined && device.kind !== GpuSliceKind.WHOLE) {
      return { ...place, ...this.sharedDevice(pool, device) };
    }
    if (device.group !== undefined) {
      throw new Error(`${pool.path}: a group is of those who share a device, and nobody shares this one; leave it out`);
    }
    if (device.together !== undefined) {
      return { ...place, ...this.together(pool, device.together.profiles, device.together.index) };
    }
    if (device.anyOf !== undefined) { return { ...place, ...this.firstFree(pool, device.anyOf) }; }
    if (this.access === DraAccess.EXTENDED_RESOURCE) {
      const resource = resourceOf(device);
      this.emitClass(resource);
      return { ...place, access: SliceAccess.resource(resource.extendedResourceName) };
    }
    return { ...place, ...this.ownDevice(pool, device.profile) };
  }

  public taintRule(place: string): TaintRuleForm {
    this.releases.need(place, 'deviceTaintRules', 'it serves no DeviceTaintRule');
    this.hasTaintRules = true;
    return {
      apiVersion: this.releases.taintRuleVersion,
      annotations: this.annotations(['deviceTaintRules']),
      namesByNumber: this.releases.namesByNumber,
    };
  }

  public labelsOf(pool: PoolDeclaration): Record<string, string> {
    return Object.keys(pool.nodes.labels).length === 0 ? { [LABEL.pool]: pool.name } : {};
  }

  public decisions(): string[] {
    if (this.pools.length === 0) { return []; }
    const features = this.features();
    const gates = this.driverSettings().gates;
    return [
      ...(features.length > 0
        ? ['Kubernetes must have these feature gates on: '
          + `${features.map(each => this.releases.describe(each)).join(', ')}.`]
        : []),
      ...(gates.length > 0 ? [`The DRA driver must have these feature gates on: ${gates.join(', ')}` +
        `${this.setup === DraSetup.GPU_CLUSTER ? '; the GPUCluster switches them on' : ''}.`] : []),
      ...(this.cutOnClaim().length > 0
        ? ['GPUs are cut as claims come, and the first place that fits is taken: layouts say '
          + 'what there may be at most. '
          + 'A 4g that comes after a 1g and a 3g may wait although all three would fit in another order.'] : []),
      ...[...this.sharing].map(({
        path,
      }) => `Memory of ${path} is claimed in parts. The scheduler keeps the account, and nothing else does: ` +
        'a container that takes more than its part takes it from the others.'),
      ...this.actions(),
    ];
  }

  public actions(): string[] {
    const actions = this.nodeLabels.actions();
    const off = this.features().filter(feature => this.releases.isOff(feature));
    if (off.length > 0) {
      actions.push('Feature gates that Kubernetes has off by itself must be on everywhere: '
        + `${off.map(each => this.releases.describe(each)).join(', ')}.`);
    }
    const evictsFrom = this.releases.evictsByResourceFrom;
    if (this.hasTaintRules && this.access === DraAccess.EXTENDED_RESOURCE && evictsFrom !== undefined) {
      actions.push(`Kubernetes before ${evictsFrom} evicts no pod that asked for a device by a resource `
        + '(kubernetes/kubernetes#141290): a GpuDeviceTaint keeps new pods from the device, and you delete the one '
        + 'that has it, or take DraAccess.CLAIM.');
    }
    for (const pool of this.pools.filter(({ boards }) => boards.length > 0)) {
      const nodes = pool.nodes._describe(pool.gpus);
      const layouts = pool.boards.flatMap(layoutsOf).map(String).join(', ');
      if (this.mig === DraMig.STATIC) {
        actions.push(`${pool.path}: cut ${nodes} as ${layouts} before the DRA driver starts; nobody does it `
          + 'for you under a GPUCluster.');
      }
      // mode is changed by a reset, which the driver does not do (facts: dynamic MIG of Ampere)
      if (this.mig === DraMig.DYNAMIC && pool.gpus.some(gpu => gpu.architecture === 'ampere')) {
        actions.push(`${pool.path}: switch MIG mode on, on ${nodes}, for the GPUs that are to be cut (${layouts}), `
          + 'before the DRA driver starts: it cannot on boards of the Ampere generation, and hands out no whole GPU '
          + 'that is in MIG mode.');
      }
    }
    if (this.setup === DraSetup.DRIVER_CHART) {
      actions.push('The device plugin must not run where the DRA driver does: switch it off in the ClusterPolicy '
        + '(spec.devicePlugin.enabled: false).');
    }
    return actions;
  }

  /** Values of the chart that brings the driver. */
  public helmValues(): Record<string, unknown> {
    return this.setup === DraSetup.GPU_CLUSTER
      ? operatorChartValues(this.driverSettings())
      : driverChartValues(this.driverSettings());
  }

  // ---- access

  /** The class of its own that a claim of a profile names; undefined for the driver's, and a selector. */
  private classFor(pool: PoolDeclaration, profile: string | undefined): string | undefined {
    if (!this.profileClasses || profile === undefined) { return undefined; }
    const gpu = pool.gpus.find(({ profiles }) => profiles.some(({ name }) => name === profile)) ?? pool.gpus[0];
    const resource = classOfProfile(gpu, profile);
    this.emitClass(resource);
    return resource.name;
  }

  private ownDevice(
    pool: PoolDeclaration, profile: string | undefined,
  ): Pick<DeviceOffer, 'access' | 'give' | 'deviceClass'> {
    const profileClass = this.classFor(pool, profile);
    const planned = (count: number) => {
      const what = `${profile === undefined ? 'gpu' : profileLabel(profile)}${count > 1 ? `-x${count}` : ''}`;
      const spec = claimSpec([{ name: REQUEST, profile, profileClass, count }]);
      return plannedTemplate(pool.name, what, spec, this.annotations(profile === undefined ? [] : this.migNeeds()));
    };
    return {
      access: accessTo(planned(1), REQUEST),
      deviceClass: profileClass ?? (profile === undefined ? DRIVER_CLASS.gpu : DRIVER_CLASS.mig),
      give: use => {
        if (use.count > MOST_DEVICES) {
          throw new Error(`${use.user}: ${use.count} GPUs of one claim; Kubernetes gives a claim ${MOST_DEVICES} `
            + 'devices at most [DRA-046]; ask for fewer');
        }
        return this.give(planned(use.count), REQUEST, use);
      },
    };
  }

  private firstFree(pool: PoolDeclaration, anyOf: string[]): Pick<DeviceOffer, 'access' | 'give'> {
    this.releases.need(pool.path, 'prioritizedList', 'a claim loses its firstAvailable');
    const annotations = this.annotations([...this.migNeeds(), 'prioritizedList']);
    const planned = plannedTemplate(
      pool.name,
      `first-of-${anyOf.map(profileLabel).join('-')}`,
      claimSpec([{ name: REQUEST, anyOf }]),
      annotations,
    );
    return { access: accessTo(planned, REQUEST), give: use => this.give(planned, REQUEST, use) };
  }

  private together(pool: PoolDeclaration, profiles: string[], index: number): Pick<DeviceOffer, 'access' | 'give'> {
    const requests: ClaimRequest[] = profiles.map((profile, number) =>
      ({ name: `slice-${number + 1}`, profile, profileClass: this.classFor(pool, profile) }));
    const spec = claimSpec(requests, { sameBoard: true });
    const planned = plannedTemplate(
      pool.name,
      `board-${profiles.map(profileLabel).join('-')}`,
      spec,
      this.annotations(this.migNeeds()),
    );
    const { name } = requests[index];
    return { access: accessTo(planned, name), give: use => this.give(planned, name, use) };
  }

  /**
   * A claim that a group of containers shares, on one device. A plain claim shares in time at the default interval,
   * without any config or gate.
   */
  private sharedDevice(
    pool: PoolDeclaration,
    { profile, group = 'shared' }: WantedDevice,
  ): Pick<DeviceOffer, 'access' | 'give' | 'capacity'> {
    const { method, replicas } = pool.sharing!;
    this.countGroup(pool, dnsLabel(group), profile);
    const gpu = method === 'mps' ? pool.gpus[0] : undefined;
    const config = gpu === undefined ? [] : [mpsConfig(REQUEST, {
      activeThreadPercentage: Math.floor(100 / replicas),
      memoryMib: gpu.totalMib === undefined ? undefined : Math.floor(gpu.totalMib / replicas),
    })];
    const annotations = this.annotations(profile === undefined ? [] : this.migNeeds(), gpu && 'MPSSupport');
    const planned = plannedClaim(
      pool.name,
      dnsLabel(group),
      claimSpec([{ name: REQUEST, profile }], { config }),
      annotations,
    );
    return { capacity: replicas, access: accessTo(planned, REQUEST), give: use => this.give(planned, REQUEST, use) };
  }

  /** A part of the memory of a GPU that others may have parts of: each pod by a claim of its own. */
  private partOfMemory(
    pool: PoolDeclaration,
    { profile, group }: WantedDevice,
    memoryMib: number,
  ): Pick<DeviceOffer, 'access' | 'give'> {
    const { path, name } = pool;
    if (profile !== undefined) { refusePartOfSlice(path, profile); }
    if (group !== undefined) {
      throw new Error(`${path}: those of a group share one claim with all its memory, and memoryMib is for a claim `
        + 'of each pod; give one of group and memoryMib');
    }
    this.releases.need(
      path,
      'consumableCapacity',
      'it drops what a device publishes to share and what a claim asks of it, and the first '
        + 'claim takes the whole device',
    );
    this.releases.needOfDriver(path, 'ConsumableShares');
    refuseBesideSharedMemory(this.pools, [pool], this.mig);
    this.sharing.add(pool);
    const annotations = this.annotations(['consumableCapacity'], 'ConsumableShares');
    const planned = plannedTemplate(
      name,
      `gpu-${memoryMib}mib`,
      claimSpec([{ name: REQUEST, memoryMib }]),
      annotations,
    );
    return { access: accessTo(planned, REQUEST), give: use => this.give(planned, REQUEST, use) };
  }

  private give(planned: PlannedClaim, request: string, { user, namespace }: DeviceUse): SliceAccess {
    this.claims.write(planned, user, namespace);
    return accessTo(planned, request);
  }

  private countGroup(pool: PoolDeclaration, group: string, profile: string | undefined): void {
    const ofPool = this.groups.get(pool) ?? new Map<string | undefined, Set<string>>();
    const groups = ofPool.get(profile) ?? new Set();
    this.groups.set(pool, ofPool.set(profile, groups.add(group)));
    const devices = devicesOf(pool, profile);
    const used = groups.size;
    if (devices !== undefined && used > devices) {
      throw new Error(`${pool.path}: ${used} groups of share() need ${used} ${profile ?? 'GPUs'}, and the pool has `
        + `${devices} [CAP-001]; put containers into fewer groups, or add GPUs`);
    }
  }

  // ---- what is needed

  /** MIG devices that the driver makes for a claim need counters. */
  private migNeeds(): DraFeature[] {
    return this.mig === DraMig.DYNAMIC ? ['partitionableDevices'] : [];
  }

  private features(): DraFeature[] {
    return [
      ...(this.cutOnClaim().length > 0 ? ['partitionableDevices' as const] : []),
      ...(this.access === DraAccess.EXTENDED_RESOURCE && this.classes.size > 0 ? ['extendedResources' as const] : []),
      ...(this.sharing.size > 0 ? ['consumableCapacity' as const] : []),
      ...(this.hasTaintRules ? ['deviceTaintRules' as const] : []),
    ];
  }

  private cutOnClaim(): PoolDeclaration[] {
    return this.mig === DraMig.DYNAMIC ? this.pools.filter(({ boards }) => boards.length > 0) : [];
  }

  private driverSettings(): DraDriverSettings {
    const gates: DraDriverGate[] = [
      ...(this.sharing.size > 0 ? ['ConsumableShares' as const] : []),
      ...(this.cutOnClaim().length > 0 ? ['DynamicMIG' as const] : []),
      ...(this.pools.some(({ sharing }) => sharing?.method === 'mps') ? ['MPSSupport' as const] : []),
    ];
    const tolerations = tolerationsOfAll(this.pools.map(({ nodes }) => nodes));
    return { gates, sharesMemory: this.sharing.size > 0, tolerations };
  }

  private annotations(features: DraFeature[], ...gates: (DraDriverGate | undefined)[]): Record<string, string> {
    return annotationsOf(this.scope.node.path, this.releases, features, gates.filter(gate => gate !== undefined));
  }

  // ---- what is written

  private emitClass({ name, extendedResourceName, expression }: ResourceClass): void {
    if (this.classes.has(name)) { return; }
    const isResource = this.access === DraAccess.EXTENDED_RESOURCE;
    const annotations = this.annotations([
      ...(name === WHOLE_GPU_CLASS.name ? [] : this.migNeeds()),
      ...(isResource ? ['extendedResources' as const] : []),
    ]);
    this.classes.set(name, new ClusterScopedObject(this.scope, `class-${dnsLabel(name)}`, {
      apiVersion: this.releases.apiVersion,
      kind: 'DeviceClass',
      metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec: { selectors: [{ cel: { expression } }], ...(isResource && { extendedResourceName }) },
    }));
  }

  private emitGpuCluster(): void {
    this.gpuCluster ??= new ClusterScopedObject(this.scope, 'gpu-cluster', {
      apiVersion: 'nvidia.com/v1alpha1',
      kind: 'GPUCluster',
      metadata: {
        name: 'gpu-cluster',
        annotations: {
          'cdk8s-gpu/gpu-operator': this.options.releases.gpuOperator.version,
          ...acceptedGates(this.scope.node.path, this.releases, ['partitionableDevices', 'consumableCapacity']),
        },
      },
      spec: Lazy.any({ produce: () => gpuClusterSpec(this.driverSettings()) }),
    });
  }
}
