/** Replicas are a whole number from 2 (k8s-device-plugin api/config/v1/replicas.go; DP-004). */
export function checkReplicas(path: string, replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 2) {
    throw new Error(`${path}: replicas must be a whole number from 2, got ${replicas} [DP-004]; for one container per GPU use DedicatedGpu`);
  }
}
