import { Construct } from 'constructs';
import { GpuNodes, GpuToleration, NodeLabelForm, PoolDeclaration } from '../allocation';
import { Gpu } from '../hardware';
import { dnsLabel, LABEL } from '../kubernetes';
import { GpuOperator } from '../operator';
import { refuseSecrets } from '../secrets';

/** What every pool needs to know. */
export interface GpuPoolProps {
  /** The operator of the cluster, which writes the files. */
  readonly operator: GpuOperator;
  /** The nodes of the pool. */
  readonly nodes: GpuNodes;
  /**
   * How the labels reach the nodes.
   * @default - as the operator says
   */
  readonly nodeLabels?: NodeLabelForm;
}

/** The label whose state says that mig-manager is done, so that no pod lands on a GPU that is still whole (POD-007). */
const MIG_READY = { [LABEL.migConfigState]: 'success' };

/** Nodes whose GPUs are configured alike. */
export abstract class GpuPool extends Construct {
  /** The operator that the pool registered with. */
  public readonly operator: GpuOperator;
  /** The nodes of the pool. */
  public readonly nodes: GpuNodes;

  private declared?: PoolDeclaration;
  private readonly labelForm?: NodeLabelForm;

  /** Pools are made through their subclasses. */
  protected constructor(scope: Construct, id: string, props: GpuPoolProps) {
    super(scope, id);
    refuseSecrets(this.node.path, props);
    this.operator = props.operator;
    this.nodes = props.nodes;
    this.labelForm = props.nodeLabels;
  }

  /**
   * The labels that make a node part of this pool's configuration: set them where you create the nodes, when they are
   * not written for you.
   */
  public get nodeLabels(): Record<string, string> {
    return this.operator._labelsOf(this._declaration);
  }

  /** @internal */
  protected get _declaration(): PoolDeclaration {
    if (this.declared === undefined) { throw new Error(`${this.node.path}: the pool has not registered yet`); }
    return this.declared;
  }

  /** A name for files and labels, from the construct path below the chart. @internal */
  protected get _poolName(): string {
    return dnsLabel(this.node.path.split('/').slice(1).join('-') || this.node.id);
  }

  /** @internal */
  protected _register(declaration: Pick<PoolDeclaration, 'gpus' | 'mig' | 'devicePlugin'>): void {
    if (this.nodes.byBoard && declaration.gpus.length === 0) {
      throw new Error(`${this.node.path}: GpuNodes.withBoard() needs the pool's gpu; say it, or give the nodes by name or by label`);
    }
    const unknown = this.nodes.byBoard && declaration.gpus.find(gpu => gpu.pciDeviceIds.length === 0);
    if (unknown) { throw new Error(`${this.node.path}: the PCI id of ${unknown.name} is not known, so its nodes must be given by name or by label`); }
    this.declared = { path: this.node.path, name: this._poolName, nodes: this.nodes, labelForm: this.labelForm, ...declaration };
    this.operator._register(this.declared);
  }

  /**
   * Where a pod must go to find the pool's slices: the label that chose the configuration, which only these nodes have,
   * and the product label when it is certain.
   * @internal
   */
  protected _placement(productLabel?: string): { nodeSelector: Record<string, string>; tolerations: GpuToleration[] } {
    const { mig, devicePlugin } = this._declaration;
    const own: Record<string, string> = {
      ...(mig && { [LABEL.migConfig]: mig.name, ...MIG_READY }),
      ...(devicePlugin && { [LABEL.devicePluginConfig]: devicePlugin.name }),
    };
    const chosen = Object.keys(own).length > 0 ? own : { ...this.nodes.labels, ...this.ownLabel() };
    return {
      nodeSelector: { ...chosen, ...(productLabel !== undefined && { [LABEL.gpuProduct]: productLabel }) },
      tolerations: this.tolerations(),
    };
  }

  /** How many nodes times how many per node; undefined when either is unknown. @internal */
  protected _capacity(perNode: number | undefined): number | undefined {
    return perNode === undefined || this.nodes.count === undefined ? undefined : perNode * this.nodes.count;
  }

  private ownLabel(): Record<string, string> {
    const labels = this.operator._labelsOf(this._declaration);
    return labels[LABEL.pool] === undefined ? {} : { [LABEL.pool]: labels[LABEL.pool] };
  }

  private tolerations(): GpuToleration[] {
    return [
      { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
      ...this.nodes.taints.map(({ key, value, effect }) =>
        value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect }),
    ];
  }
}

/** The product label of a board when there is exactly one and it fits a label value (POD-005, POD-006). */
export function certainProductLabel(gpu: Gpu | undefined, suffix: string = ''): string | undefined {
  if (gpu === undefined || gpu.productLabels.length !== 1) { return undefined; }
  const label = `${gpu.productLabels[0]}${suffix}`;
  return label.length <= 63 ? label : undefined;
}
