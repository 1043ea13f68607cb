/** Replicas are a whole number from 2 (k8s-device-plugin api/config/v1/replicas.go; DP-004). */
export function checkReplicas(path: string, replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 2) {
    throw new Error(`${path}: replicas must be a whole number from 2, got ${replicas} [DP-004]; for one container per GPU use DedicatedGpu`);
  }
}

/** Sharing some GPUs of a node and not others cannot be said in a device-plugin config. */
export function refuseDevices(path: string, devices: number[] | undefined): void {
  if (devices === undefined) { return; }
  throw new Error(
    `${path}: sharing only GPU ${devices.join(', ')} of a node is not possible: the device plugin reads "devices" and then shares every GPU of the node [DP-008]. ` +
    'What works: (1) two pools, one node whose GPUs are shared (TimeSlicedGpu or MpsSharedGpu without devices) and one whose GPUs are not (DedicatedGpu); ' +
    '(2) on one node, time-slicing of a MIG device: TimeSlicedGpu with layouts [GpuLayout.of({ \'7g.80gb\': 1 }), GpuLayout.whole(), ...], ' +
    'which shares the first GPU and leaves the others whole',
  );
}
