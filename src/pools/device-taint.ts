import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterScopedObject, PoolDeclaration, TaintRuleForm } from '../allocation';
import { MigProfile } from '../hardware';
import { dnsLabel, isLabelKey, isLabelValue } from '../kubernetes';
import { checkProps, checkWhole, given, made, needed, NUMBER, oneOf, Shape, TEXT } from '../props';
import { AppChecks } from '../synthesis';
import { IGpuPool } from './gpu-pool';

/** What becomes of pods whose device is tainted. */
export enum DeviceTaintEffect {
  /** They go, and no other gets the device. */
  NO_EXECUTE = 'NoExecute',
  /** They stay, and no other gets the device. */
  NO_SCHEDULE = 'NoSchedule',
  /** Nothing; the status of the rule says how many pods would go. */
  NONE = 'None',
}

/** Devices that are taken out of use. */
export interface GpuDeviceTaintProps {
  /** The pool, under `GpuAllocation.DRA`. */
  readonly pool: IGpuPool;
  /** The node, one of the pool where it names its nodes. */
  readonly node: string;
  /**
   * Minor number of the GPU, as in `/dev/nvidia0`.
   * @default - every device of the node
   */
  readonly minor?: number;
  /**
   * Profile of the MIG device that is meant.
   * @default - the whole GPU, which is a device of its own only where it is not cut
   */
  readonly profile?: string;
  /**
   * Memory slice that the MIG device begins at.
   * @default - the only place of the profile; needed where it has several
   */
  readonly start?: number;
  /**
   * What becomes of the pods.
   * @default DeviceTaintEffect.NO_EXECUTE
   */
  readonly effect?: DeviceTaintEffect;
  /**
   * Key of the taint, by which a claim may tolerate it.
   * @default 'cdk8s-gpu/maintenance'
   */
  readonly key?: string;
  /**
   * Value of the taint.
   * @default - none
   */
  readonly value?: string;
}

const PROPS: Shape<GpuDeviceTaintProps> = {
  pool: needed(made('a pool, such as a MigPartitionedGpu', '_taintRule')),
  node: needed(TEXT),
  minor: NUMBER,
  profile: TEXT,
  start: NUMBER,
  effect: oneOf(DeviceTaintEffect),
  key: TEXT,
  value: TEXT,
};

const DRIVER = 'gpu.nvidia.com';
const KEY = 'cdk8s-gpu/maintenance';

/** What a pool has for this beside its face. */
interface TaintablePool { _taintRule(place: string): TaintRuleForm & { declaration: PoolDeclaration } }

/**
 * One device of a node taken out of use, and its neighbours on the same board left alone: a DeviceTaintRule. Its pods
 * go, and their successors get other devices. Take the construct out again, and the device is back. Under
 * `DraMig.DYNAMIC` each MIG device that could be has a name of its own: one of another profile on the same memory slices
 * is another device.
 *
 * @example
 * const operator = new GpuOperator(chart, 'gpu-operator', {
 *   releases: { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 },
 *   allocation: GpuAllocation.DRA,
 * });
 * const nodes = GpuNodes.named(['h100-1'], { gpusPerNode: 2 });
 * const pool = new MigPartitionedGpu(chart, 'h100', { operator, gpu: Gpu.H100_SXM5_80GB, nodes, layout: GpuLayout.of({ '3g.40gb': 2 }) });
 * new GpuDeviceTaint(chart, 'maintenance', { pool, node: 'h100-1', minor: 0, profile: '3g.40gb', start: 4 });
 */
export class GpuDeviceTaint extends Construct {
  /** The device, as the driver publishes it; undefined for all of the node. */
  public readonly device?: string;

  /**
   * @param scope where it is
   * @param id its id
   * @param props which device, and what becomes of its pods
   * @throws when the pool has no such device, or the cluster no DeviceTaintRules
   */
  constructor(scope: Construct, id: string, props: GpuDeviceTaintProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, props, PROPS);
    const { pool, node, key = KEY, effect = DeviceTaintEffect.NO_EXECUTE } = props;
    checkTaint(place, key, props.value);
    const { names } = pool.nodes;
    if (names.length > 0 && !names.includes(node)) {
      throw new Error(`${place}: pool ${pool.node.path} has no node ${node}; it has ${names.join(', ')}`);
    }
    const {
      apiVersion,
      annotations,
      declaration,
      namesByNumber = false,
    } = (pool as unknown as TaintablePool)._taintRule(place);
    this.device = deviceOf(place, props, declaration, namesByNumber);
    AppChecks.of(this).generated.add(this);
    const object: ApiObject = new ClusterScopedObject(this, 'Resource', {
      apiVersion,
      kind: 'DeviceTaintRule',
      metadata: { ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec: {
        // the driver's pools are called as their nodes (dra-driver-nvidia-gpu cmd/gpu-kubelet-plugin/driver.go)
        deviceSelector: { driver: DRIVER, pool: node, ...(this.device !== undefined && { device: this.device }) },
        taint: { key, ...given(props, 'value'), effect },
      },
    });
    AppChecks.of(this).poolOfUser.set(object, pool.node.path);
  }
}

function checkTaint(place: string, key: string, value: string | undefined): void {
  if (!isLabelKey(key)) {
    throw new Error(`${place}: key "${key}" cannot be the key of a taint [DRA-092]; give a label key, such `
      + 'as example.com/maintenance');
  }
  if (value !== undefined && !isLabelValue(value)) {
    throw new Error(`${place}: value "${value}" cannot be the value of a taint [DRA-092]; give at most 63 letters, `
      + 'digits, "-", "_" and ".", or leave it out');
  }
}

/** The name of the device (dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go#L125, mig.go#L113). */
function deviceOf(
  place: string, { minor, profile, start }: GpuDeviceTaintProps, declaration: PoolDeclaration, namesByNumber: boolean,
): string | undefined {
  checkWhole(place, 'minor', minor, 0);
  if (minor === undefined) {
    if (profile !== undefined || start !== undefined) {
      throw new Error(`${place}: profile and start are of a GPU; say which by minor`);
    }
    return undefined;
  }
  const { gpusPerNode } = declaration.nodes;
  if (gpusPerNode !== undefined && minor >= gpusPerNode) {
    throw new Error(`${place}: minor ${minor} is of a GPU that no node of ${declaration.path} has: there are `
      + `${gpusPerNode} in each, from 0 on`);
  }
  if (profile === undefined) {
    if (start !== undefined) { throw new Error(`${place}: start is of a MIG device; say its profile`); }
    return `gpu-${minor}`;
  }
  const known = declaration.boards.flatMap(({ gpu }) => gpu.profiles);
  const found = known.find(({ name }) => name === profile);
  if (found === undefined) {
    const names = [...new Set(known.map(({ name }) => name))].join(', ');
    throw new Error(`${place}: the boards of ${declaration.path} have no profile ${profile}; `
      + `${names === '' ? 'none of them is cut' : `they have ${names}`}`);
  }
  const [id, at] = [idOf(place, found), startOf(place, found, start)];
  if (namesByNumber) { return `gpu-${minor}-mig-${id}-${at}-${found.placements?.[0].size ?? found.memorySlices}`; }
  return `gpu-${minor}-mig-${dnsLabel(profile.replace('.', ''))}-${id}-${at}`;
}

function idOf(place: string, { name, giProfileId }: MigProfile): number {
  if (giProfileId === undefined) {
    throw new Error(`${place}: the id of profile ${name} on this board is not known here, and it is in the device's `
      + 'name; write the DeviceTaintRule by hand');
  }
  return giProfileId;
}

function startOf(place: string, { name, placements }: MigProfile, start: number | undefined): number {
  const starts = (placements ?? []).map(each => each.start);
  if (start === undefined && starts.length === 1) { return starts[0]; }
  if (start === undefined || (placements !== undefined && !starts.includes(start))) {
    throw new Error(`${place}: ${start === undefined
      ? `a ${name} may begin at several memory slices, and start does not say which`
      : `no ${name} begins at memory slice ${start}`}; `
      + `${starts.length === 0
        ? 'its places are not known here, kubectl get resourceslices shows them'
        : `give one of ${starts.join(', ')}`}`);
  }
  return start;
}
