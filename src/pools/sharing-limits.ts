/** Which of the shares of a pool is meant. */
export interface GpuShareOptions {
  /**
   * A name for the containers that share one device. Only with `GpuAllocation.DRA`, where those who share name one claim: without groups
   * the whole pool shares one device, in one namespace.
   * @default - one group for the pool; with the device plugin, any share that is free
   */
  readonly group?: string;
}

/**
 * More replicas of one device than this cannot reach the kubelet: the plugin names all devices of a resource in one message, each with 54
 * bytes or more (`GPU-` and a UUID, `::`, a number, `Healthy`), and the kubelet's client takes messages of 4 MiB at most
 * (kubernetes/kubernetes pkg/kubelet/cm/devicemanager/plugin/v1beta1/client.go dials with grpc-go's defaultClientMaxReceiveMessageSize).
 */
const MOST_REPLICAS = Math.floor(4 * 1024 * 1024 / 54);

/** Replicas are a whole number from 2 (k8s-device-plugin api/config/v1/replicas.go; DP-004). */
export function checkReplicas(path: string, replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 2) {
    throw new Error(`${path}: replicas must be a whole number from 2, got ${replicas} [DP-004]; for one container per GPU use DedicatedGpu`);
  }
  if (replicas > MOST_REPLICAS) {
    throw new Error(`${path}: ${replicas} replicas of a device do not fit the message in which the plugin names them to the kubelet, ` +
      `which takes ${MOST_REPLICAS} at most; ask for fewer`);
  }
}
