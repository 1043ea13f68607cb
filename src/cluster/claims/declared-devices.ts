import { GPU_DRIVER, GpuDevice, NodeDevices } from './gpu-device';
import { Gpu } from '../../hardware';
import { DeviceAttribute } from '../../kubernetes';
import { NodeDevice, NodeGpus } from '../capacity/node-gpus';
import { NodePool } from '../capacity/node-pools';

const BYTES_PER_MIB = 1024 * 1024;

/** What claims may get of each node of a pool: what is published, else what its GPUs are cut to. */
export function claimableDevices({ published, boards }: NodePool, { gpus }: Pick<NodeGpus, 'gpus'>): NodeDevices {
  const single = gpus.flatMap(({ count, devices }) => Array.from({ length: count ?? 1 }, () => devices));
  return published ?? declaredDevices(boards, single);
}

/**
 * What the driver would publish of GPUs that are cut so, as far as it is known before it runs: of boards of one type the
 * figures of the catalogue, and nothing of drivers and addresses (dra-driver-nvidia-gpu@95932046
 * cmd/gpu-kubelet-plugin/deviceinfo.go, mig.go).
 */
function declaredDevices(boards: readonly Gpu[], gpus: readonly (readonly NodeDevice[])[]): NodeDevices {
  const board = boards.length === 1 ? boards[0] : undefined;
  return {
    counters: new Map(),
    devices: gpus.flatMap((devices, index) => devices.map((device, number) => declared(board, device, index, number))),
  };
}

function declared(board: Gpu | undefined, { profile }: NodeDevice, index: number, number: number): GpuDevice {
  const mib = profile === undefined ? board?.totalMib : board?.findProfile(profile)?.memoryMib;
  const attributes: [string, DeviceAttribute][] = [
    ['type', profile === undefined ? 'gpu' : 'mig'],
    ...profile === undefined ? [] : [['profile', profile], ['parentUUID', `board ${index}`]] as [string, string][],
    ...board?.nvmlProductNames.length === 1 ? [['productName', board.nvmlProductNames[0]]] as [string, string][] : [],
    ...board === undefined ? [] : [['architecture', inWords(board.architecture)]] as [string, string][],
    ...board?.computeCapability === undefined
      ? []
      : [['cudaComputeCapability', { version: `${board.computeCapability}.0` }]] as [string, DeviceAttribute][],
  ];
  return {
    name: `gpu-${index}${profile === undefined ? '' : `-mig-${number}`}`,
    driver: GPU_DRIVER,
    board: `board ${index}`,
    profile,
    attributes: new Map(attributes.map(([name, value]) => [`${GPU_DRIVER}/${name}`, value])),
    capacity: new Map(mib === undefined ? [] : [[`${GPU_DRIVER}/memory`, mib * BYTES_PER_MIB]]),
    // parts are given out of whole GPUs where the driver is told so (ConsumableShares), and then nothing else works
    allowMultipleAllocations: profile === undefined && mib !== undefined,
    isPartlyKnown: true,
    consumes: new Map(),
    policies: new Map(),
    taints: [],
  };
}

/** As NVML has it: `Ampere`, `Ada Lovelace`. */
function inWords(architecture: string): string {
  return architecture.split('-').map(word => word[0].toUpperCase() + word.slice(1)).join(' ');
}
