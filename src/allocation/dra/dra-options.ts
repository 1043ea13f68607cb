/** How MIG devices come to be under Dynamic Resource Allocation. */
export enum DraMig {
  /**
   * The driver cuts a GPU for each claim and undoes it afterwards (driver gate DynamicMIG, Kubernetes gate
   * DRAPartitionableDevices). Nothing else may cut the GPUs then, and the driver removes at its start what it did not
   * cut.
   */
  DYNAMIC = 'dynamic',
  /** Somebody else has cut the GPUs before the driver starts; it hands out what is there. */
  STATIC = 'static',
}

/** How pods ask for devices under Dynamic Resource Allocation. */
export enum DraAccess {
  /**
   * By a resource, such as `nvidia.com/mig-3g.40gb`, that a DeviceClass stands for: pods are as they are with the
   * device plugin (Kubernetes gate DRAExtendedResource). Shared devices are claimed all the same.
   */
  EXTENDED_RESOURCE = 'extended-resource',
  /** By claims: each pod gets one of a ResourceClaimTemplate. */
  CLAIM = 'claim',
}

/** How the DRA driver gets into the cluster. */
export enum DraSetup {
  /**
   * A GPUCluster among the manifests, in the place of a ClusterPolicy (GPU Operator 26.7 and later, Kubernetes 1.34.2
   * and later).
   */
  GPU_CLUSTER = 'gpu-cluster',
  /**
   * Nothing among the manifests; `operator.renderHelmValues()` for the driver's own chart, `dra-driver-nvidia-gpu`. The
   * device plugin of a ClusterPolicy must be off on these nodes.
   */
  DRIVER_CHART = 'driver-chart',
}

/** How Dynamic Resource Allocation is used in a cluster. */
export interface DraOptions {
  /**
   * How MIG devices come to be.
   * @default DraMig.DYNAMIC
   */
  readonly mig?: DraMig;
  /**
   * How pods ask for devices that they have alone.
   * @default - DraAccess.EXTENDED_RESOURCE where Kubernetes has it on by itself (1.36), or its gate is among
   * `kubernetesGates`; else CLAIM
   */
  readonly access?: DraAccess;
  /**
   * Whether claims of a MIG slice name a DeviceClass of its profile, such as `mig-3g-40gb.gpu.nvidia.com`, in the place
   * of the driver's `mig.nvidia.com` and a selector. Quotas and Kueue count claims by their class: with this each
   * profile by itself, else all of them together. Templates get other names by it.
   * @default false
   */
  readonly profileClasses?: boolean;
  /**
   * How the driver gets into the cluster.
   * @default DraSetup.GPU_CLUSTER
   */
  readonly setup?: DraSetup;
  /**
   * Feature gates of Kubernetes that somebody switched on, on the API server, the scheduler, the controller manager and
   * the kubelets. Needed only before the release that has them on by itself.
   * @default - as the release has them by itself
   */
  readonly kubernetesGates?: string[];
}
