import { ApiObject, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { attachToWorkload, DeviceOffer, GpuToleration, GPU_TOLERATION, SliceAccess } from '../allocation';
import { Gpu, GpuIsolation, GpuSliceKind } from '../hardware';
import { hasPodsInAnyNamespace } from '../kubernetes';
import { checkProps, FLAG, listOf, made, mapOf, needed, NUMBER, oneOf, Shape, struct, TEXT } from '../props';
import { refuseSecrets } from '../secrets';
import { AppChecks } from '../synthesis';

/** How a slice is attached to a workload. */
export interface GpuAttachOptions {
  /**
   * The containers that get the slice, by name. Each gets one of its own.
   * @default - the only container of the pod; with several containers a name is required
   */
  readonly containers?: string[];
  /**
   * How many of the slice each container gets. More than one is for whole GPUs, as for tensor parallelism: a process
   * uses one slice, and sees the memory of one.
   * @default 1
   */
  readonly count?: number;
  /**
   * Whether the pod is also bound to the pool's nodes (nodeSelector and tolerations).
   * @default true
   */
  readonly placement?: boolean;
}

/** Everything that defines a slice. */
export interface GpuSliceProps {
  /** How a pod asks for it. */
  readonly access: SliceAccess;
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
   * Whether the scheduler sets `memoryMib` aside for each container, of a device that others take turns on.
   * @default false
   */
  readonly memoryIsSetAside?: boolean;
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

/** What a claim gets that this app does not make. */
export interface GpuClaimedDevice {
  /** How the device is made. */
  readonly kind: GpuSliceKind;
  /**
   * The request of the claim that the container gets.
   * @default - all requests
   */
  readonly request?: string;
  /**
   * The board.
   * @default - unknown, and so is the memory unless it is given
   */
  readonly gpu?: Gpu;
  /**
   * The MIG profile, of a MIG device.
   * @default - not a MIG device
   */
  readonly profile?: string;
  /**
   * How many containers share the device.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Memory in MiB: the limit of one tenant, or what all tenants have together where nothing separates them.
   * @default - that of the MIG profile, or of the whole board; under MPS unknown
   */
  readonly memoryMib?: number;
  /**
   * Labels of the nodes that have the device. The scheduler looks for a node with a free device by itself.
   * @default - none
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints to tolerate.
   * @default - that of GPU nodes, `nvidia.com/gpu`
   */
  readonly tolerations?: GpuToleration[];
}

/**
 * What one container can ask for, whichever way it was made: a resource name, the nodes that offer it, and how much
 * memory there is. Pools hand slices out; workloads attach them.
 */
export class GpuSlice {
  /**
   * Devices of a ResourceClaim that exists, or that somebody else makes. All pods that take the slice share them.
   * @param name the claim, in the namespace of the pods
   * @param device what the claim gets
   */
  public static ofClaim(name: string, device: GpuClaimedDevice): GpuSlice {
    checkProps('GpuSlice.ofClaim', { name, device }, { name: needed(TEXT), device: needed(struct(CLAIMED)) });
    return claimed(SliceAccess.claim(name, device.request), device);
  }

  /**
   * Devices of a ResourceClaimTemplate that exists, or that somebody else makes: each pod gets a claim of its own.
   * @param name the template, in the namespace of the pods
   * @param device what each claim gets
   */
  public static ofClaimTemplate(name: string, device: GpuClaimedDevice): GpuSlice {
    checkProps('GpuSlice.ofClaimTemplate', { name, device }, { name: needed(TEXT), device: needed(struct(CLAIMED)) });
    return claimed(SliceAccess.claimTemplate(name, device.request), device);
  }

  /** How a pod asks for it: an extended resource such as `nvidia.com/mig-3g.40gb`, or a claim. */
  public readonly access: SliceAccess;
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
  /**
   * Whether the scheduler sets `memoryMib` aside for each container, of a device that others take turns on. It is an
   * account: nothing keeps a container from taking more.
   */
  public readonly memoryIsSetAside: boolean;
  /** How many the pool has in all; undefined when the number of nodes or GPUs is unknown. */
  public readonly capacity?: number;

  /** The pool that handed it out; undefined for one that was made by hand. @internal */
  public _origin?: IConstruct;
  /** Writes what the pods of a user need to get at it, where the access alone does not say it. @internal */
  public _give?: DeviceOffer['give'];

  /** The DeviceClass that claims of it name; undefined where none does, or this app does not make them. @internal */
  public _deviceClass?: string;

  /** Whether no manifest says how many there are, so that no rule counts them. @internal */
  public _isUncounted = false;

  private readonly _nodeSelector: Record<string, string>;
  private readonly _tolerations: GpuToleration[];

  /**
   * Pools make slices; make one by hand only for capacity that this app does not define.
   * @param props what it is
   */
  constructor(props: GpuSliceProps) {
    checkProps('GpuSlice', props, PROPS);
    this.access = props.access;
    this.kind = props.kind;
    this.pool = props.pool;
    this.gpu = props.gpu;
    this.profile = props.profile;
    this.replicas = props.replicas ?? 1;
    this.memoryMib = props.memoryMib;
    this.memoryIsSetAside = props.memoryIsSetAside ?? false;
    this.capacity = props.capacity;
    this._nodeSelector = { ...(props.nodeSelector ?? {}) };
    this._tolerations = [...(props.tolerations ?? [])];
  }

  /** Whether the memory is one pot for all tenants (time-slicing, unless the scheduler sets a part aside for each). */
  public get memoryIsShared(): boolean {
    return this.takesTurns && !this.memoryIsSetAside;
  }

  private get takesTurns(): boolean {
    return this.kind === GpuSliceKind.TIME_SLICED || this.kind === GpuSliceKind.MIG_TIME_SLICED;
  }

  /** What protects this tenant from the others on the same device. */
  public get isolation(): GpuIsolation {
    if (this.takesTurns) { return GpuIsolation.NONE; }
    return this.kind === GpuSliceKind.MPS ? GpuIsolation.LIMITS : GpuIsolation.HARDWARE;
  }

  /**
   * The entries for a container's `requests` and `limits` alike; none where a claim gives access.
   *
   * A resource other than `nvidia.com/gpu` comes with `nvidia.com/gpu: "0"`: without it the NIM Operator adds a whole
   * GPU beside the slice (k8s-nim-operator internal/controller/platform/standalone/nimservice.go addGPUResources).
   */
  public get resources(): Record<string, string> {
    return this._resources(1);
  }

  /** The same for several whole GPUs. @internal */
  public _resources(count: number): Record<string, string> {
    const { resourceName } = this.access;
    if (resourceName === undefined) { return {}; }
    return resourceName === WHOLE_GPU
      ? { [WHOLE_GPU]: String(count) }
      : { [resourceName]: String(count), [WHOLE_GPU]: '0' };
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
   * Gives the slice to a workload: resources or a claim on the container, node selector and tolerations on the pod.
   *
   * Works on any construct that renders a pod or a pod template: those of cdk8s-plus in any version, and plain
   * `ApiObject`s. (A JSON patch on a cdk8s-plus workload loses the GPU without an error; this does not.)
   * @param workload the construct
   * @param options which containers, and whether to place the pod
   * @throws when it renders no pod, the container cannot be told, the container already asks for another GPU resource,
   * the workload is in another App or for another cluster than the pool, or several of a slice are asked for
   */
  public attachTo(workload: IConstruct, options: GpuAttachOptions = {}): void {
    const place = workload.node.path;
    refuseSecrets(place, options);
    if (options.containers?.length === 0) {
      throw new Error(`${place}: containers is empty, so no container would get the slice; name some, or leave it out`);
    }
    const count = options.count ?? 1;
    const access = this._giveTo(workload, count);
    const placed = options.placement !== false;
    attachToWorkload(workload, {
      pool: this.pool,
      access,
      count,
      nodeSelector: placed ? this.nodeSelector : {},
      tolerations: placed ? this.tolerations : [],
      containers: options.containers,
    });
  }

  /**
   * Notes who takes the slice, and says how each of its pods asks for so many.
   * @throws when the pool is in another App, or a container cannot get so many
   * @internal
   */
  public _giveTo(user: IConstruct, count: number): SliceAccess {
    const place = user.node.path;
    if (this._origin !== undefined && this._origin.node.root !== user.node.root) {
      throw new Error(`${place}: its slice is of pool ${this.pool} in another App, whose nodes and files `
        + 'this App does not write; take one of a pool of this App, or make one with new GpuSlice(...) for what exists '
        + 'already');
    }
    if (!Number.isInteger(count) || count < 1) {
      throw new Error(`${place}: count must be a whole number from 1, got ${count}`);
    }
    if (count > 1 && this.kind !== GpuSliceKind.WHOLE) {
      throw new Error(`${place}: ${count} GPUs a pod need whole GPUs, and ${this} is a slice: a process sees one of `
        + 'them; use wholeGpu(), or one GPU');
    }
    if (count > 1 && this.access.isClaim && this._give === undefined) {
      throw new Error(`${place}: ${count} GPUs of ${this}: how many devices a claim has stands in the claim; name `
        + `one that has ${count}, and leave the number out`);
    }
    const object = objectOf(user);
    if (this._give !== undefined
      && this.access.isClaim
      && object !== undefined
      && hasPodsInAnyNamespace(object.kind, object.apiVersion)) {
      throw new Error(`${place}: a ${object.kind} has pods in any namespace, and ${this.access} is of one; use the `
        + 'kind that has a namespace, or DraAccess.EXTENDED_RESOURCE, by which a pod asks without a claim of its '
        + 'own');
    }
    AppChecks.of(user).poolOfUser.set(user, this.pool);
    const access = this._give?.({ user: place, namespace: namespaceOf(user), count }) ?? this.access;
    if (this._isUncounted && this.capacity !== undefined) {
      const { resourceName: resource, claimTemplateName: template, claimName: claim } = access;
      const { pool, capacity } = this;
      AppChecks.of(user).deviceUsers.push({
        path: place,
        pool,
        slice: String(this),
        capacity,
        resource,
        template,
        claim,
        count,
      });
    }
    return access;
  }

  /** As in `nvidia.com/mig-3g.40gb on NVIDIA-A100-SXM4-80GB`. */
  public toString(): string {
    return this.gpu?.productLabel === undefined ? String(this.access) : `${this.access} on ${this.gpu.productLabel}`;
  }
}

const PROPS: Shape<GpuSliceProps> = {
  access: needed(made('a SliceAccess, such as SliceAccess.resource(\'nvidia.com/gpu\')', 'isClaim')),
  kind: needed(oneOf(GpuSliceKind)),
  pool: needed(TEXT),
  gpu: made('a Gpu, such as Gpu.of(\'h200-sxm-141gb\')', 'productLabels'),
  profile: TEXT,
  replicas: NUMBER,
  memoryMib: NUMBER,
  memoryIsSetAside: FLAG,
  capacity: NUMBER,
  nodeSelector: mapOf(TEXT),
  tolerations: listOf(struct<GpuToleration>({ key: needed(TEXT), operator: needed(TEXT), value: TEXT, effect: TEXT })),
};

const CLAIMED: Shape<GpuClaimedDevice> = {
  kind: PROPS.kind,
  request: TEXT,
  gpu: PROPS.gpu,
  profile: TEXT,
  replicas: NUMBER,
  memoryMib: NUMBER,
  nodeSelector: PROPS.nodeSelector,
  tolerations: PROPS.tolerations,
};

const WHOLE_GPU = 'nvidia.com/gpu';

function claimed(access: SliceAccess, { request: _, ...device }: GpuClaimedDevice): GpuSlice {
  const { gpu, profile, kind } = device;
  const ofBoard = kind === GpuSliceKind.MPS ? undefined : gpu?.usableMib ?? gpu?.totalMib;
  const memoryMib = profile === undefined ? ofBoard : gpu?.profile(profile).memoryMib;
  return new GpuSlice({ memoryMib, tolerations: [GPU_TOLERATION], ...device, access, pool: String(access) });
}

/** The namespace of the pods of a construct: that of its object, else of its chart. */
function namespaceOf(user: IConstruct): string | undefined {
  const object = objectOf(user);
  return object === undefined ? Chart.of(user).namespace : object.metadata.namespace;
}

function objectOf(user: IConstruct): ApiObject | undefined {
  const object = ApiObject.isApiObject(user) ? user : user.node.defaultChild;
  return object !== undefined && ApiObject.isApiObject(object) ? object : undefined;
}
