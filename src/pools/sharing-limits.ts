import { checkProps, NUMBER, Shape, TEXT } from '../props';

/** Which of the shares of a pool is meant. */
export interface GpuShareOptions {
  /**
   * A name for the containers that share one device. Only with `GpuAllocation.DRA`, where those who share name one
   * claim: without groups the whole pool shares one device, in one namespace.
   * @default - one group for the pool; with the device plugin, any share that is free
   */
  readonly group?: string;
  /**
   * Memory that the scheduler sets aside for each container, in MiB. Only for the whole GPUs of a `TimeSlicedGpu` with
   * `GpuAllocation.DRA`: each pod claims so much memory of any GPU of the pool, in any namespace, and shares of several
   * sizes may meet on one. It is an account of the scheduler: nothing keeps a container from taking more, and
   * containers take turns as ever. Needs the gates ConsumableShares of the driver (0.5) and DRAConsumableCapacity of
   * Kubernetes (on from 1.36).
   * @default - the containers of a group share all the memory of one device
   */
  readonly memoryMib?: number;
}

const SHARE: Shape<GpuShareOptions> = { group: TEXT, memoryMib: NUMBER };

/** @throws what is no option of a share */
export function checkShare(path: string, options: GpuShareOptions): void {
  checkProps(`${path}: share`, options, SHARE);
}

/**
 * @param path of the pool
 * @param memoryMib what a share is to have
 * @param deviceMib what the device has; undefined when unknown
 * @param replicas how many containers share a device at most, as the pool says
 * @throws when a share is no part of the device, or so small that more containers than that would fit
 */
export function checkSetAside(path: string, memoryMib: number, deviceMib: number | undefined, replicas: number): void {
  if (!Number.isInteger(memoryMib) || memoryMib < 1) {
    throw new Error(`${path}: memoryMib must be a whole number of MiB from 1, got ${memoryMib}`);
  }
  if (deviceMib === undefined) {
    throw new Error(`${path}: memoryMib is a part of the memory of a device, and that of this pool is not known; `
      + 'give it a gpu whose memory is');
  }
  if (memoryMib > deviceMib) {
    throw new Error(`${path}: ${memoryMib} MiB are to be set aside, and a device of the pool has `
      + `${deviceMib} [CAP-001]; ask for less`);
  }
  const most = Math.floor(deviceMib / memoryMib);
  if (most > replicas) {
    throw new Error(`${path}: shares of ${memoryMib} MiB let ${most} containers onto a device of ${deviceMib} MiB, `
      + `and the pool has replicas: ${replicas}; `
      + `set at least ${Math.floor(deviceMib / (replicas + 1)) + 1} MiB aside, or raise replicas`);
  }
}

/**
 * More replicas of one device than this cannot reach the kubelet: the plugin names all devices of a resource in one
 * message, each with 54 bytes or more (`GPU-` and a UUID, `::`, a number, `Healthy`), and the kubelet's client takes
 * messages of 4 MiB at most (kubernetes/kubernetes pkg/kubelet/cm/devicemanager/plugin/v1beta1/client.go dials with
 * grpc-go's defaultClientMaxReceiveMessageSize).
 */
const MOST_REPLICAS = Math.floor(4 * 1024 * 1024 / 54);

/** Replicas are a whole number from 2 (k8s-device-plugin api/config/v1/replicas.go; DP-004). */
export function checkReplicas(path: string, replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 2) {
    throw new Error(`${path}: replicas must be a whole number from 2, got ${replicas} [DP-004]; for one container `
      + 'per GPU use DedicatedGpu');
  }
  if (replicas > MOST_REPLICAS) {
    throw new Error(`${path}: ${replicas} replicas of a device do not fit the message in which the plugin `
      + 'names them to the kubelet, which takes '
      + `${MOST_REPLICAS} at most; ask for fewer`);
  }
}
