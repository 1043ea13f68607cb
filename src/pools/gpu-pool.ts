import { Construct, IConstruct } from 'constructs';
import { GpuNodes, NodeLabelForm, PoolDeclaration, TaintRuleForm, WantedDevice } from '../allocation';
import { dnsLabel } from '../kubernetes';
import { IGpuOperator, registryOf } from '../operator';
import { checkProps, Shape } from '../props';
import { GpuSlice, GpuSliceProps } from './gpu-slice';

/** What every pool needs to know. */
export interface GpuPoolProps {
  /** The operator of the cluster, which writes the files. */
  readonly operator: IGpuOperator;
  /** The nodes of the pool. */
  readonly nodes: GpuNodes;
  /**
   * How the labels reach the nodes.
   * @default - as the operator says
   */
  readonly nodeLabels?: NodeLabelForm;
}

/** A pool, as others refer to it. */
export interface IGpuPool extends IConstruct {
  /** The operator that the pool registered with. */
  readonly operator: IGpuOperator;
  /** The nodes of the pool. */
  readonly nodes: GpuNodes;
  /** The labels that make a node part of this pool's configuration. */
  readonly nodeLabels: Record<string, string>;
}

/** Nodes whose GPUs are configured alike. */
export abstract class GpuPool extends Construct implements IGpuPool {
  /** The operator that the pool registered with. */
  public readonly operator: IGpuOperator;
  /** The nodes of the pool. */
  public readonly nodes: GpuNodes;

  private declared?: PoolDeclaration;
  private readonly labelForm?: NodeLabelForm;

  /** Pools are made through their subclasses. */
  protected constructor(scope: Construct, id: string, props: GpuPoolProps) {
    super(scope, id);
    this.operator = props.operator;
    this.nodes = props.nodes;
    this.labelForm = props.nodeLabels;
  }

  /**
   * The labels that make a node part of this pool's configuration: set them where you create the nodes, when they are
   * not written for you.
   */
  public get nodeLabels(): Record<string, string> {
    return registryOf(this.node.path, this.operator)._backend.labelsOf(this._declaration);
  }

  /** @internal */
  protected get _declaration(): PoolDeclaration {
    if (this.declared === undefined) { throw new Error(`${this.node.path}: the pool has not registered yet`); }
    return this.declared;
  }

  /** A name for files and labels, from the construct path below the chart. */
  private get poolName(): string {
    return dnsLabel(this.node.path.split('/').slice(1).join('-') || this.node.id);
  }

  /** @internal */
  protected _register(declaration: Pick<PoolDeclaration, 'gpus' | 'boards' | 'sharing' | 'devicePlugin'>): void {
    if (this.node.root !== this.operator.node.root) {
      throw new Error(`${this.node.path}: operator ${this.operator.node.path} is in another App, which would write `
        + 'the files of this pool; give the one of this App');
    }
    if (this.nodes.byBoard && declaration.gpus.length === 0) {
      throw new Error(`${this.node.path}: GpuNodes.withBoard() needs the pool's gpu; say it, or give the `
        + 'nodes by name or by label');
    }
    const unknown = this.nodes.byBoard && declaration.gpus.find(gpu => gpu.pciDeviceIds.length === 0);
    if (unknown) {
      throw new Error(`${this.node.path}: the PCI id of ${unknown.name} is not known, so its nodes must be `
        + 'given by name or by label');
    }
    this.declared = {
      path: this.node.path,
      name: this.poolName,
      nodes: this.nodes,
      labelForm: this.labelForm,
      ...declaration,
    };
    registryOf(this.node.path, this.operator)._register(this.declared);
  }

  /** A slice of the pool, which pods get at as the back end has it. @internal */
  protected _slice(
    device: WantedDevice,
    figures: Pick<GpuSliceProps, 'memoryMib' | 'memoryIsSetAside' | 'capacity' | 'replicas'>,
  ): GpuSlice {
    const {
      give,
      isUncounted,
      deviceClass,
      ...offer
    } = registryOf(this.node.path, this.operator)._backend.offer(this._declaration, device);
    const { kind, gpu, profile } = device;
    const slice = new GpuSlice({ kind, gpu, profile, ...figures, ...offer, pool: this.node.path });
    slice._origin = this;
    slice._give = give;
    slice._isUncounted = isUncounted === true;
    slice._deviceClass = deviceClass;
    return slice;
  }

  /** How single devices of the pool are taken out of use, and what the pool means. @internal */
  public _taintRule(place: string): TaintRuleForm & { readonly declaration: PoolDeclaration } {
    const declaration = this._declaration;
    return { ...registryOf(this.node.path, this.operator)._backend.taintRule(place, declaration), declaration };
  }

  /** How many nodes times how many per node; undefined when either is unknown. @internal */
  protected _capacity(perNode: number | undefined): number | undefined {
    return perNode === undefined || this.nodes.count === undefined ? undefined : perNode * this.nodes.count;
  }
}

/**
 * The props, when they are what a pool of that kind takes: said before anything is made of them, with the path that the
 * pool would have.
 */
export function checked<T extends GpuPoolProps>(scope: Construct, id: string, props: T, shape: Shape<T>): T {
  checkProps(`${scope.node.path}/${id}`, props, shape);
  return props;
}
