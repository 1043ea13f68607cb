import { GPU_OPERATOR, GpuReleases, KUBERNETES } from '../../releases';
import { layoutsOf } from '../board-layouts';
import { PoolDeclaration } from '../pool-declaration';
import { DraMig } from './dra-options';
import { DraReleases } from './requirements';

/**
 * @throws what Dynamic Resource Allocation, on that Kubernetes, with that driver, could not do for the pool beside the
 * others
 */
export function refuseUnlessPossible(
  pool: PoolDeclaration,
  others: PoolDeclaration[],
  mig: DraMig,
  releases: DraReleases,
): void {
  const { path, devicePlugin, boards, sharing } = pool;
  const [option] = Object.entries(devicePlugin ?? {}).filter(([, value]) => value !== undefined);
  if (option !== undefined) {
    throw new Error(`${path}: devicePlugin.${option[0]} is for the device plugin, and Dynamic Resource Allocation `
      + 'has no word for it; leave it out, or use GpuAllocation.DEVICE_PLUGIN');
  }
  if (boards.length > 0 && mig === DraMig.DYNAMIC) {
    releases.need(
      path,
      'partitionableDevices',
      'it drops the counters that devices share without a word, and gives a board out twice',
    );
    releases.needOfDriver(path, 'DynamicMIG');
  }
  if (sharing?.method !== 'mps') { return refuseBesideMps(pool, others, mig); }
  releases.needOfDriver(path, 'MPSSupport');
  if (pool.gpus.length === 0) {
    throw new Error(`${path}: a claim says in MiB how much memory each MPS client gets, and the pool does not say `
      + 'its board; give it a gpu');
  }
  const cut = mig === DraMig.DYNAMIC ? others.find(other => other.boards.length > 0) : undefined;
  if (cut !== undefined) { throw new Error(clash(path, cut.path)); }
}

function refuseBesideMps(pool: PoolDeclaration, others: PoolDeclaration[], mig: DraMig): void {
  if (pool.boards.length === 0 || mig === DraMig.STATIC) { return; }
  const mps = others.find(other => other.sharing?.method === 'mps');
  if (mps !== undefined) { throw new Error(clash(mps.path, pool.path)); }
}

/**
 * The driver does not start with both gates (dra-driver-nvidia-gpu pkg/featuregates/featuregates.go
 * ValidateFeatureGates).
 */
function clash(mps: string, cut: string): string {
  return `${mps}: it is shared through MPS, and ${cut} is cut as claims come: the driver does not start with both `
    + 'feature gates, MPSSupport and DynamicMIG [DRA-001]. Cut the GPUs beforehand (dra: { mig: DraMig.STATIC }), '
    + 'share in time, or use two clusters';
}

/**
 * A claim that asks for memory alone takes all of every other capacity of a device
 * (kubernetes/dynamic-resource-allocation@v0.37.2 structured/internal/incubating/consumable_capacity.go
 * fillEmptyRequest), and the driver says how memory is shared and nothing else
 * (kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/consumable_shares.go). So a device that has
 * multiprocessors and engines beside its memory is the first claim's alone: MIG devices, and whole GPUs that the driver
 * might cut.
 */
const FIRST_TAKES_ALL = 'the driver publishes its multiprocessors and engines beside its memory, and the first claim '
  + 'takes all of them, so no other fits';

/** @throws always */
export function refusePartOfSlice(path: string, profile: string): never {
  throw new Error(`${path}: memory of a ${profile} cannot be claimed in parts: of a MIG device ${FIRST_TAKES_ALL}. `
    + 'Leave memoryMib out, and those of a group share the device');
}

/**
 * One driver, one mode: what is claimed in parts somewhere bears on every node.
 * @param sharing pools of which memory is claimed in parts
 * @throws when another pool needs the driver otherwise
 */
export function refuseBesideSharedMemory(pools: PoolDeclaration[], sharing: PoolDeclaration[], mig: DraMig): void {
  if (sharing.length === 0) { return; }
  const mps = pools.find(each => each.sharing?.method === 'mps');
  if (mps !== undefined) {
    throw new Error(`${mps.path}: it is shared through MPS, and memory of ${sharing[0].path} is claimed in parts: `
      + 'the driver prepares no claim through MPS where its feature gate ConsumableShares is active [DRA-010]. Share '
      + 'in time without memoryMib, or use two clusters');
  }
  const cut = mig === DraMig.DYNAMIC ? pools.find(each => each.boards.length > 0) : undefined;
  // boards of the Ampere generation have no other capacity while their MIG mode is off (partitions.go PartCapacities)
  const [board] = sharing.flatMap(({ path, gpus }) =>
    gpus.filter(gpu => gpu.migCapable && gpu.architecture !== 'ampere').map(gpu => ({ path, gpu })));
  if (cut !== undefined && board !== undefined) {
    throw new Error(`${board.path}: its memory is claimed in parts, and ${cut.path} is cut as claims come: of a `
      + `whole ${board.gpu.name} ${FIRST_TAKES_ALL}. Cut the GPUs beforehand (dra: { mig: DraMig.STATIC }), or leave `
      + 'memoryMib out');
  }
}

/** @throws when the cluster cannot have a GPUCluster */
export function refuseGpuCluster(path: string, { gpuOperator, kubernetes }: GpuReleases): void {
  if (GPU_OPERATOR.lacks('gpuCluster', gpuOperator.version)) {
    throw new Error(`${path}: GPU Operator ${gpuOperator} knows no GPUCluster; it needs `
      + `${GPU_OPERATOR.milestones.gpuCluster.begins} or later. Use the driver\'s own chart: dra: { setup: `
      + 'DraSetup.DRIVER_CHART }');
  }
  if (kubernetes !== undefined && KUBERNETES.lacks('gpuCluster', kubernetes.version)) {
    throw new Error(`${path}: a GPUCluster needs Kubernetes ${KUBERNETES.milestones.gpuCluster.begins} or later, the `
      + `cluster has ${kubernetes} [DRA-023]. Use the driver\'s own chart: dra: { setup: DraSetup.DRIVER_CHART `
      + '}');
  }
}

/**
 * How many devices a pool has that a claim can get: whole GPUs, or MIG devices of a profile; undefined where the nodes
 * are not counted.
 */
export function devicesOf({ nodes, boards }: PoolDeclaration, profile: string | undefined): number | undefined {
  if (nodes.count === undefined) { return undefined; }
  const perNode = boards.length === 0 ? nodes.gpusPerNode : boards.reduce<number | undefined>((sum, board) => {
    const each = layoutsOf(board).map(layout =>
      profile === undefined ? Number(layout.isWhole) : layout.profiles[profile] ?? 0);
    if (board.layouts === undefined) {
      return sum === undefined || nodes.gpusPerNode === undefined ? undefined : sum + nodes.gpusPerNode * each[0];
    }
    return sum === undefined ? undefined : sum + each.reduce((total, count) => total + count, 0);
  }, 0);
  return perNode === undefined ? undefined : perNode * nodes.count;
}
