import { DEVICE_PLUGIN } from './device-plugin';
import { MIG_MANAGER } from './mig-manager';
import { pointsOf } from './release';
import { MilestoneRow, ReleaseTable } from './release-table';

/** A release of the operator and the releases of its operands, as far as they were read. */
interface OperatorRow {
  readonly release: string;
  readonly devicePlugin?: string;
  readonly migManager?: string;
  readonly draDriver?: string;
}

/**
 * Source: NVIDIA/gpu-operator deployments/gpu-operator/values.yaml at the tag of each release; 26.7.1 and 26.7.2 as
 * reported in November 2026, not read in their files.
 */
const ROWS: readonly OperatorRow[] = [
  { release: '24.9.2', devicePlugin: '0.17.0', migManager: '0.10.0' },
  { release: '25.3.3', migManager: '0.12.3' },
  { release: '25.3.4', devicePlugin: '0.17.4', migManager: '0.12.3' },
  { release: '25.10.1', devicePlugin: '0.18.1', migManager: '0.13.1' },
  { release: '26.3.3', devicePlugin: '0.19.3', migManager: '0.14.2' },
  { release: '26.7.0', devicePlugin: '0.20.0', migManager: '0.15.0', draDriver: '0.5.0' },
  { release: '26.7.1', devicePlugin: '0.20.1', migManager: '0.15.1' },
  { release: '26.7.2', draDriver: '0.5.1' },
];

/** The GPU Operator: what it does itself, and what the operands do that it brings. */
export const GPU_OPERATOR = new ReleaseTable({
  product: 'gpu-operator',
  title: 'GPU Operator',
  releases: ROWS.map(({ release }) => release),
  oldest: '25.10',
}, {
  ...broughtBy('devicePlugin', DEVICE_PLUGIN),
  ...broughtBy('migManager', MIG_MANAGER),
  cdiByDefault: {
    begins: '25.10',
    what: '`cdi.enabled` is true unless somebody says otherwise',
    source: 'NVIDIA/gpu-operator@v25.10.1 deployments/gpu-operator/values.yaml',
  },
  requiresDefaultRuntime: {
    ends: '26.3',
    what: '`spec.operator.defaultRuntime` is a required field of ClusterPolicy, and `docker` where nobody says it',
    source: 'NVIDIA/gpu-operator@v25.10.1 and @v26.3.3 deployments/gpu-operator/crds/nvidia.com_clusterpolicies.yaml',
  },
  generatedMigConfigs: {
    begins: '26.3',
    what: 'MIG configs are generated on each node unless the policy names a file; before, they come from a list '
      + 'that is shipped (CP-006)',
    source: 'NVIDIA/gpu-operator@v26.3.3 controllers/object_controls.go',
  },
  nri: {
    begins: '26.3',
    what: '`cdi.nriPluginEnabled` exists (CP-008)',
    source: 'NVIDIA/gpu-operator@v26.3.3 deployments/gpu-operator/crds/nvidia.com_clusterpolicies.yaml',
  },
  driverOwnerLabel: {
    begins: '26.7',
    what: 'the label nvidia.com/gpu-operator.driver.owner is the operator\'s own (DRV-003)',
    source: 'NVIDIA/gpu-operator@v26.7.0 api/nvidia/v1alpha1/nvidiadriver_types.go',
  },
  gpuCluster: {
    begins: '26.7',
    what: 'GPUCluster sets the DRA driver up in the place of a ClusterPolicy (CP-004)',
    source: 'NVIDIA/gpu-operator@v26.7.0 deployments/gpu-operator/crds/nvidia.com_gpuclusters.yaml',
  },
  defaultDriver: {
    begins: '26.7',
    what: '`spec.default` of an NVIDIADriver makes it the one for nodes that no other selects (DRV-001)',
    source: 'NVIDIA/gpu-operator@v26.7.0 deployments/gpu-operator/crds/nvidia.com_nvidiadrivers.yaml',
  },
});

/** The milestones of an operand, at the first release of the operator that brings them. */
function broughtBy<Name extends string>(
  operand: 'devicePlugin' | 'migManager',
  { milestones }: ReleaseTable<Name>,
): Record<Name, MilestoneRow> {
  const bringing = (release: string) =>
    ROWS.find(row => row[operand] !== undefined && pointsOf(row[operand]).first >= pointsOf(release).first)?.release;
  return Object.fromEntries(Object.entries<MilestoneRow>(milestones).map(([name, {
    begins,
    ends,
    what,
    source,
  }]) => [name, {
    begins: begins && inShort(bringing(begins)),
    ends: ends && inShort(bringing(ends)),
    what,
    source,
  }])) as Record<Name, MilestoneRow>;
}

/** The operator's own way to name the first release of a minor one. */
function inShort(release: string | undefined): string | undefined {
  return release?.replace(/\.0$/, '');
}
