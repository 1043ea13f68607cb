import { IConstruct } from 'constructs';
import { attachToWorkload, GpuToleration } from '../allocation';
import { Gpu, GpuIsolation, GpuSliceKind } from '../hardware';
import { refuseSecrets } from '../secrets';

/** How a slice is attached to a workload. */
export interface GpuAttachOptions {
  /**
   * The containers that get the slice, by name. Each gets one of its own.
   * @default - the only container of the pod; with several containers a name is required
   */
  readonly containers?: string[];
  /**
   * Whether the pod is also bound to the pool's nodes (nodeSelector and tolerations).
   * @default true
   */
  readonly placement?: boolean;
}

/** Everything that defines a slice. */
export interface GpuSliceProps {
  /** The extended resource to ask for. */
  readonly resourceName: string;
  /** How it was made. */
  readonly kind: GpuSliceKind;
  /** The pool's construct path, for messages. */
  readonly pool: string;
  /**
   * The board.
   * @default - unknown
   */
  readonly gpu?: Gpu;
  /**
   * The MIG profile.
   * @default - not a MIG device
   */
  readonly profile?: string;
  /**
   * How many containers share the device.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Memory in MiB: the limit of one tenant, or under time-slicing the device that all share.
   * @default - unknown
   */
  readonly memoryMib?: number;
  /**
   * How many there are in the pool.
   * @default - unknown, because the number of nodes or of their GPUs is
   */
  readonly capacity?: number;
  /**
   * Labels of the nodes that offer it.
   * @default - none
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints to tolerate.
   * @default - none
   */
  readonly tolerations?: GpuToleration[];
}

/**
 * What one container can ask for, whichever way it was made: a resource name, the nodes that offer it, and how much
 * memory there is. Pools hand slices out; workloads attach them.
 */
export class GpuSlice {
  /** The extended resource to ask for, such as `nvidia.com/mig-3g.40gb`. One container asks for one. */
  public readonly resourceName: string;
  /** How the slice was made. */
  public readonly kind: GpuSliceKind;
  /** Construct path of the pool that offers it. */
  public readonly pool: string;
  /** The board, when the pool names one. */
  public readonly gpu?: Gpu;
  /** The MIG profile, of a MIG device. */
  public readonly profile?: string;
  /** How many containers share the device; 1 is alone. */
  public readonly replicas: number;
  /**
   * Memory in MiB that the container may use: a hard limit for MIG, MPS and whole GPUs. When `memoryIsShared`, what all
   * tenants of the device have together. Undefined when unknown.
   */
  public readonly memoryMib?: number;
  /** How many the pool has in all; undefined when the number of nodes or GPUs is unknown. */
  public readonly capacity?: number;

  private readonly _nodeSelector: Record<string, string>;
  private readonly _tolerations: GpuToleration[];

  /**
   * Pools make slices; make one by hand only for capacity that this app does not define.
   * @param props what it is
   */
  constructor(props: GpuSliceProps) {
    refuseSecrets('GpuSlice', props);
    this.resourceName = props.resourceName;
    this.kind = props.kind;
    this.pool = props.pool;
    this.gpu = props.gpu;
    this.profile = props.profile;
    this.replicas = props.replicas ?? 1;
    this.memoryMib = props.memoryMib;
    this.capacity = props.capacity;
    this._nodeSelector = { ...(props.nodeSelector ?? {}) };
    this._tolerations = [...(props.tolerations ?? [])];
  }

  /** Whether the memory is one pot for all tenants (time-slicing). */
  public get memoryIsShared(): boolean {
    return this.kind === GpuSliceKind.TIME_SLICED || this.kind === GpuSliceKind.MIG_TIME_SLICED;
  }

  /** What protects this tenant from the others on the same device. */
  public get isolation(): GpuIsolation {
    if (this.memoryIsShared) { return GpuIsolation.NONE; }
    return this.kind === GpuSliceKind.MPS ? GpuIsolation.LIMITS : GpuIsolation.HARDWARE;
  }

  /**
   * The entries for a container's `requests` and `limits` alike.
   *
   * A resource other than `nvidia.com/gpu` comes with `nvidia.com/gpu: "0"`: without it the NIM Operator adds a whole
   * GPU beside the slice (k8s-nim-operator internal/controller/platform/standalone/nimservice.go addGPUResources).
   */
  public get resources(): Record<string, string> {
    return this.resourceName === 'nvidia.com/gpu'
      ? { 'nvidia.com/gpu': '1' }
      : { [this.resourceName]: '1', 'nvidia.com/gpu': '0' };
  }

  /** Labels of the nodes that offer the slice. */
  public get nodeSelector(): Record<string, string> {
    return { ...this._nodeSelector };
  }

  /** What the pod must tolerate to get there. */
  public get tolerations(): GpuToleration[] {
    return [...this._tolerations];
  }

  /**
   * Gives the slice to a workload: resources on the container, node selector and tolerations on the pod.
   *
   * Works on any construct that renders a pod or a pod template: those of cdk8s-plus in any version, and plain
   * `ApiObject`s. (A JSON patch on a cdk8s-plus workload loses the GPU without an error; this does not.)
   * @param workload the construct
   * @param options which containers, and whether to place the pod
   * @throws when it renders no pod, the container cannot be told, or the container already asks for another GPU resource
   */
  public attachTo(workload: IConstruct, options: GpuAttachOptions = {}): void {
    refuseSecrets(workload.node.path, options);
    attachToWorkload(workload, {
      pool: this.pool,
      resources: this.resourceName === 'nvidia.com/gpu' ? this.resources : { [this.resourceName]: '1' },
      nodeSelector: options.placement === false ? {} : this.nodeSelector,
      tolerations: options.placement === false ? [] : this.tolerations,
      containers: options.containers,
    });
  }

  /** As in `nvidia.com/mig-3g.40gb on NVIDIA-A100-SXM4-80GB`. */
  public toString(): string {
    return this.gpu?.productLabel === undefined ? this.resourceName : `${this.resourceName} on ${this.gpu.productLabel}`;
  }
}
