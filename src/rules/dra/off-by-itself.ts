import { ClusterModel } from '../../cluster';
import { KUBERNETES } from '../../releases';

/** What DRA needs of Kubernetes: where it is on by itself, where its gate can be switched on, and the gate. */
const FEATURES = {
  consumableCapacity: { gateExists: 'consumableCapacityGate', gate: 'DRAConsumableCapacity' },
  partitionableDevices: { gateExists: 'partitionableDevicesGate', gate: 'DRAPartitionableDevices' },
  extendedResourcesOfClasses: { gateExists: 'extendedResourceGate', gate: 'DRAExtendedResource' },
  prioritizedRequests: { gateExists: 'prioritizedListGate', gate: 'DRAPrioritizedList' },
} as const;

/** Something of Kubernetes that a release has off. */
interface OffByItself {
  readonly release: string;
  /** The end of a sentence about what the release does without it. */
  readonly unless: string;
  /** The way out. */
  readonly fix: string;
}

/** How a feature is off in the Kubernetes of a cluster; undefined where it is on, or where no release is said. */
export function offByItself(model: ClusterModel, feature: keyof typeof FEATURES): OffByItself | undefined {
  const release = model.declaredRelease('kubernetes');
  if (release === undefined || !KUBERNETES.lacks(feature, release)) { return undefined; }
  const { gate, gateExists } = FEATURES[feature];
  const { begins, what } = KUBERNETES.milestones[gateExists];
  const onFrom = KUBERNETES.milestones[feature].begins;
  return KUBERNETES.lacks(gateExists, release)
    ? {
      release,
      unless: `, and cannot have the gate ${gate} on: from ${begins} on, ${what}`,
      fix: `use Kubernetes ${onFrom} or later, where it is on by itself`,
    }
    : {
      release,
      unless: ` unless the gate ${gate} was switched on`,
      fix: `start API server, scheduler, controller manager and kubelets with --feature-gates=${gate}=true, or use `
        + `Kubernetes ${onFrom} or later`,
    };
}
