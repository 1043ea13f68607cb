import { DRA_DRIVER, GpuReleases, KUBERNETES } from '../../releases';

/**
 * What of Kubernetes a claim or a class may need: where it is on by itself, where its gate exists, the gate, the rules
 * that ask for it, and the one that a refusal names.
 */
const FEATURES = {
  partitionableDevices: {
    onByItself: 'partitionableDevices', gateExists: 'partitionableDevicesGate', gate: 'DRAPartitionableDevices', rules: ['DRA-014'], told: '[DRA-014]',
  },
  extendedResources: {
    onByItself: 'extendedResourcesOfClasses',
    gateExists: 'extendedResourceGate',
    gate: 'DRAExtendedResource',
    rules: ['DRA-032'],
    told: '[DRA-032]',
  },
  consumableCapacity: {
    onByItself: 'consumableCapacity',
    gateExists: 'consumableCapacityGate',
    gate: 'DRAConsumableCapacity',
    rules: [
      'DRA-011', 'DRA-056',
    ],
    told: '[DRA-056]',
  },
  deviceTaintRules: {
    onByItself: 'deviceTaintRules',
    gateExists: 'deviceTaintRulesGate',
    gate: 'DRADeviceTaintRules',
    rules: ['DRA-090'],
    told: '[DRA-090]',
  },
  prioritizedList: {
    onByItself: 'prioritizedRequests',
    gateExists: 'prioritizedListGate',
    gate: 'DRAPrioritizedList',
    rules: ['DRA-055'],
    told: '[DRA-055]',
  },
} as const;

/** Something of Kubernetes that may be off. */
export type DraFeature = keyof typeof FEATURES;

/** Gates of the NVIDIA driver that this library switches on. */
export type DraDriverGate = 'ConsumableShares' | 'DynamicMIG' | 'MPSSupport';

const DRIVER_GATES = {
  ConsumableShares: 'consumableShares',
  DynamicMIG: 'dynamicMig',
  MPSSupport: 'sharingGates',
} as const;

/** What the Kubernetes and the driver of a cluster can do. */
export class DraReleases {
  /** The version of resource.k8s.io that objects are written in. */
  public readonly apiVersion: string;

  private readonly kubernetes: string;

  /** @throws when a release is not said, or is too old for claims */
  constructor(path: string, private readonly releases: GpuReleases, private readonly switchedOn: string[]) {
    if (releases.kubernetes === undefined) {
      throw new Error(`${path}: Dynamic Resource Allocation goes by the release of Kubernetes; give releases: { `
        + 'kubernetes: KubernetesVersion.of(...) }');
    }
    this.kubernetes = releases.kubernetes.version;
    if (KUBERNETES.lacks('betaClaims', this.kubernetes)) {
      throw new Error(`${path}: Kubernetes ${this.kubernetes} has no Dynamic Resource Allocation that NVIDIA's `
        + 'driver speaks; it needs '
        + `${KUBERNETES.milestones.betaClaims.begins} or later. Upgrade, or use GpuAllocation.DEVICE_PLUGIN`);
    }
    this.apiVersion = `resource.k8s.io/${KUBERNETES.has('claims', this.kubernetes) ? 'v1' : 'v1beta2'}`;
    const known = Object.values<{ gate: string }>(FEATURES).map(({ gate }) => gate);
    const unknown = switchedOn.find(gate => !known.includes(gate));
    if (unknown !== undefined) {
      throw new Error(`${path}: kubernetesGates has "${unknown}", which decides nothing here; `
        + `there are ${known.join(', ')}`);
    }
  }

  /** Whether the driver calls MIG devices by numbers alone. */
  public get namesByNumber(): boolean {
    return DRA_DRIVER.lacks('profileInDeviceName', this.releases.draDriver?.version);
  }

  /** From which release on a DeviceTaintRule evicts pods that asked for its device by a resource; undefined from then. */
  public get evictsByResourceFrom(): string | undefined {
    return KUBERNETES.lacks('taintsOfResources', this.kubernetes)
      ? KUBERNETES.milestones.taintsOfResources.begins
      : undefined;
  }

  /**
   * The version of resource.k8s.io in which the release has DeviceTaintRules (kubernetes/kubernetes
   * pkg/registry/resource/rest at v1.35.0 to v1.37.2).
   */
  public get taintRuleVersion(): string {
    return `resource.k8s.io/${KUBERNETES.has('deviceTaintRules', this.kubernetes)
      ? 'v1'
      : KUBERNETES.has('deviceTaints', this.kubernetes)
        ? 'v1beta2'
        : 'v1alpha3'}`;
  }

  /** Whether a feature is on, by itself or because somebody switched it on. */
  public has(feature: DraFeature): boolean {
    const { onByItself, gateExists, gate } = FEATURES[feature];
    return KUBERNETES.has(onByItself, this.kubernetes)
      || (!KUBERNETES.lacks(gateExists, this.kubernetes) && this.switchedOn.includes(gate));
  }

  /**
   * @param why what would happen without
   * @throws when it is off
   */
  public need(place: string, feature: DraFeature, why: string): void {
    if (this.has(feature)) { return; }
    const { onByItself, gateExists, gate, told } = FEATURES[feature];
    const milestone = KUBERNETES.milestones[gateExists];
    if (KUBERNETES.lacks(gateExists, this.kubernetes)) {
      throw new Error(`${place}: Kubernetes ${this.kubernetes} cannot have the feature gate ${gate} on: from `
        + `${milestone.begins} ${milestone.what} ${told}. Use Kubernetes ${KUBERNETES.milestones[onByItself].begins} `
        + 'or later, where it is on by itself');
    }
    throw new Error(`${place}: Kubernetes ${this.kubernetes} has the feature gate ${gate} off: ${why} ${told}. `
      + 'Switch it on everywhere and say so (dra: { kubernetesGates: '
      + `['${gate}'] }), or use Kubernetes `
        + `${KUBERNETES.milestones[onByItself].begins} or later`);
  }

  /** @throws when the driver is too old for a gate */
  public needOfDriver(place: string, gate: DraDriverGate): void {
    const { draDriver } = this.releases;
    const milestone = DRIVER_GATES[gate];
    if (draDriver !== undefined && DRA_DRIVER.lacks(milestone, draDriver.version)) {
      throw new Error(`${place}: DRA driver ${draDriver} has no feature gate ${gate}: `
        + `${DRA_DRIVER.milestones[milestone].what}, from ${DRA_DRIVER.milestones[milestone].begins} [DRA-007]. `
        + 'Upgrade the driver');
    }
  }

  /** The rules that ask for a feature, where somebody switched it on: they go by what Kubernetes has on by itself. */
  public rulesSwitchedOff(feature: DraFeature): readonly string[] {
    return this.has(feature) && this.isOff(feature) ? FEATURES[feature].rules : [];
  }

  /** How a feature comes to be on, in words. */
  public describe(feature: DraFeature): string {
    const { onByItself, gate } = FEATURES[feature];
    return KUBERNETES.has(onByItself, this.kubernetes)
      ? `${gate} (on by itself in Kubernetes ${this.kubernetes})`
      : `${gate} (off by itself in Kubernetes ${this.kubernetes})`;
  }

  /** The gate of a feature. */
  public gateOf(feature: DraFeature): string {
    return FEATURES[feature].gate;
  }

  /** Whether somebody must have switched it on. */
  public isOff(feature: DraFeature): boolean {
    return !KUBERNETES.has(FEATURES[feature].onByItself, this.kubernetes);
  }
}
