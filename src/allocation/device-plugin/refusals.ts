import { MigProfileName } from '../../hardware';
import { GPU_OPERATOR, GpuOperatorVersion } from '../../releases';
import { layoutsOf, profilesOf } from '../board-layouts';
import { MigStrategy } from '../mig-strategy';
import { PoolDeclaration } from '../pool-declaration';

/** What a cluster with the device plugin says for all its pools. */
export interface ClusterSettings {
  /** Construct path of the operator. */
  readonly path: string;
  readonly version: GpuOperatorVersion;
  /** The strategy that the person asked for. */
  readonly requested?: MigStrategy;
  /** The strategy of nodes with MIG. */
  readonly strategy: MigStrategy;
}

/** @throws what the device plugin of that release, with that strategy, could not do for the pool */
export function refuseUnlessPossible(pool: PoolDeclaration, cluster: ClusterSettings): void {
  checkStrategy(pool, cluster);
  checkSharing(pool, cluster);
}

function checkStrategy(pool: PoolDeclaration, { path, version, requested, strategy }: ClusterSettings): void {
  if (pool.sharing?.method === 'mps' && requested === MigStrategy.MIXED) {
    throw new Error(`${pool.path}: MPS cannot be used in a cluster whose migStrategy is "mixed": the device plugin `
      + 'exits on every such node, MIG or not [STR-006]. Leave migStrategy of '
      + `${path} out: each node then gets a config `
        + 'with a strategy of its own');
  }
  if (pool.boards.length === 0) { return; }
  if (requested === MigStrategy.NONE) {
    throw new Error(`${pool.path}: with migStrategy "none" the slices of a MIG layout cannot be requested: a GPU `
      + 'in MIG mode is handed out whole [STR-008]. Leave migStrategy of '
      + `${path} out, or choose MIXED or SINGLE`);
  }
  const layouts = [...new Set(pool.boards.flatMap(layoutsOf).map(String))];
  const profiles = profilesOf(pool.boards);
  if (strategy === MigStrategy.SINGLE && (layouts.length !== 1 || profiles.length !== 1)) {
    throw new Error(`${pool.path}: with migStrategy "single" every GPU of a node must be cut into the same one `
      + 'profile, and this pool has '
      + `${layouts.join(' and ')} [STR-001]. Use migStrategy MIXED (the default), or one uniform layout`);
  }
  const pooled = profiles.find(name => /[+-]/.test(name));
  if (strategy === MigStrategy.MIXED
    && pooled !== undefined
    && !GPU_OPERATOR.has('attributeResources', version.version)) {
    throw new Error(`${pool.path}: GPU Operator ${version} advertises ${pooled} under the name of the base profile, so `
      + `${MigProfileName.parse(pooled).resourceName} never appears [STR-004]. Use the profile without attributes, or `
        + `GPU Operator ${GPU_OPERATOR.milestones.attributeResources.begins}`);
  }
}

function checkSharing({ path, sharing, devicePlugin }: PoolDeclaration, { version }: ClusterSettings): void {
  const { packedAllocation, mpsMultipleReplicas } = GPU_OPERATOR.milestones;
  if (devicePlugin?.allocationPolicy !== undefined && GPU_OPERATOR.lacks('packedAllocation', version.version)) {
    throw new Error(`${path}: allocationPolicy needs GPU Operator ${packedAllocation.begins}, the cluster has `
      + `${version} [DP-010]; leave it out`);
  }
  if (sharing?.method === 'mps'
    && devicePlugin?.failRequestsGreaterThanOne === false
    && GPU_OPERATOR.lacks('mpsMultipleReplicas', version.version)) {
    throw new Error(`${path}: failRequestsGreaterThanOne: false has no effect before GPU Operator `
      + `${mpsMultipleReplicas.begins}, the cluster has ${version} [DP-017]; leave it out`);
  }
}
