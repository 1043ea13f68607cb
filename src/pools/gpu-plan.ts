import { Construct } from 'constructs';
import { GpuNodes, GpuTaint, GpuTaintEffect } from '../allocation';
import { Gpu, GpuLayout, GpuSliceKind } from '../hardware';
import { IGpuOperator } from '../operator';
import {
  ARRIVAL, boardsOfPlan, FLEET, GpuArrival, GpuArrivalResult, GpuFleet, GpuPlanBoards, GpuPlanOptions, GpuPlanResult,
  PLAN_OPTIONS, planFleet, simulateArrivals,
} from '../planning';
import { checkProps, listOf, needed, oneOf, Shape, struct, TEXT } from '../props';
import { DedicatedGpu } from './dedicated-gpu';
import { GpuPool } from './gpu-pool';
import { GpuSlice } from './gpu-slice';
import { MigPartitionedGpu } from './mig-partitioned-gpu';
import { MpsSharedGpu } from './mps-shared-gpu';
import { TimeSlicedGpu } from './time-sliced-gpu';

/** How a plan becomes pools. */
export interface GpuPlanDeployOptions {
  /**
   * Label of nodes without a name of their own: each pool of the plan is chosen by this key and the name of the pool.
   * Set it where you create the nodes, as on the node pools of a cloud.
   * @default cdk8s-gpu/plan-pool
   */
  readonly nodeLabel?: string;
  /**
   * Taints of the nodes besides `nvidia.com/gpu`.
   * @default - none
   */
  readonly taints?: GpuTaint[];
}

/** A slice for some of the replicas of a workload. */
export interface GpuPlanPlacement {
  /** The slice that each of them takes. */
  readonly slice: GpuSlice;
  /** How many replicas take it. */
  readonly replicas: number;
}

/**
 * The cheapest boards and layouts for a fleet of models, with a proof, and the pools that make it so.
 *
 * @example
 * const plan = GpuPlan.of({
 *   gpus: [{ gpu: Gpu.A100_SXM4_80GB, count: 3, gpusPerNode: 3, nodes: ['gpu-node-1'] }],
 *   workloads: [{ name: 'asr', memoryMib: 15000 }, { name: 'tts', memoryMib: 15000 }, { name: 'llm', memoryMib: 60000 }],
 * });
 * plan.result.status; // GpuPlanStatus.OPTIMAL
 * const pools = plan.deploy(chart, operator);
 * pools.slice('asr').attachTo(deployment);
 */
export class GpuPlan {
  /**
   * Plans a fleet.
   * @param fleet boards, and what is to run on them
   * @param options how hard to search
   * @throws when the fleet says nothing that could be planned. That no plan exists is no error: see `result.status`
   */
  public static of(fleet: GpuFleet, options: GpuPlanOptions = {}): GpuPlan {
    checkProps('GpuPlan.of', fleet, FLEET);
    checkProps('GpuPlan.of', options, PLAN_OPTIONS);
    return new GpuPlan(planFleet(fleet, options), fleet);
  }

  private constructor(
    /** The plan with its cost, bound and gap. */
    public readonly result: GpuPlanResult,
    private readonly fleet: GpuFleet,
  ) {}

  /**
   * What first fit makes of a series of arrivals on the boards of the plan, were slices cut only as they are asked for.
   * @param arrivals who asks for what, and who leaves, in order
   * @throws when a profile exists on none of the boards, or a name arrives twice without leaving
   */
  public simulate(arrivals: GpuArrival[]): GpuArrivalResult {
    checkProps('GpuPlan.simulate', { arrivals }, { arrivals: needed(listOf(struct(ARRIVAL))) });
    return simulateArrivals(boardsOfPlan(this.result), arrivals);
  }

  /**
   * Makes a pool for nodes that are cut alike, with the layouts of the plan. Nodes that the fleet names are chosen by
   * name, the others by a label.
   * @param scope where the pools go
   * @param operator the operator of the cluster
   * @param options label and taints of the nodes
   * @throws when there is no plan, with the reasons
   */
  public deploy(scope: Construct, operator: IGpuOperator, options: GpuPlanDeployOptions = {}): GpuPlanPools {
    const { result } = this;
    checkProps(scope.node.path, options, DEPLOY_OPTIONS);
    if (result.gpus === 0) {
      const why = [...result.reasons, ...result.notes].join('; ') || 'no workload has replicas';
      throw new Error(`${scope.node.path}: there is no plan to deploy (${result.status}): ${why}`);
    }
    const named = new Set(this.fleet.gpus.flatMap(({ nodes = [], current = [] }) =>
      [...nodes, ...current.map(({ name }) => name)]));
    const pools = new GpuPlanPools(scope, 'plan');
    for (const group of groupsOf(result)) {
      const isNamed = group.nodes.every(node => named.has(node));
      const id = `${group.gpu.id}-${pools.pools.length + 1}`;
      const common = { gpusPerNode: group.layouts.length, taints: options.taints };
      const nodes = isNamed
        ? GpuNodes.named(group.nodes, common)
        : GpuNodes.labeled({ [options.nodeLabel ?? 'cdk8s-gpu/plan-pool']: id }, {
          ...common,
          count: group.nodes.length,
        });
      pools._add(poolOf(pools, id, operator, nodes, group), group);
    }
    return pools;
  }
}

const DEPLOY_OPTIONS: Shape<GpuPlanDeployOptions> = {
  nodeLabel: TEXT,
  taints: listOf(struct<GpuTaint>({ key: needed(TEXT), value: TEXT, effect: needed(oneOf(GpuTaintEffect)) })),
};

/** Nodes that are cut alike. */
interface NodeGroup {
  readonly gpu: Gpu;
  readonly kind: GpuSliceKind;
  readonly tenants?: number;
  readonly layouts: GpuLayout[];
  readonly nodes: string[];
  /** Boards of all of them. */
  readonly boards: GpuPlanBoards[];
}

function groupsOf({ nodes, boards }: GpuPlanResult): NodeGroup[] {
  const groups = new Map<string, NodeGroup>();
  for (const { node, gpu, boards: indexes } of nodes) {
    const own = indexes.filter(index => index >= 0).map(index => boards[index]);
    const layouts = indexes.map(index => (index < 0 ? GpuLayout.whole() : boards[index].layout));
    const [first] = own;
    const isMig = layouts.some(layout => !layout.isWhole);
    const key = `${gpu.id} ${isMig ? 'mig' : first.kind} ${first.tenants} ${layouts.map(String).join(' ')}`;
    const kind = isMig ? GpuSliceKind.MIG : first.kind;
    const group = groups.get(key) ?? { gpu, kind, tenants: first.tenants, layouts, nodes: [], boards: [] };
    group.nodes.push(node);
    group.boards.push(...own);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function poolOf(
  scope: Construct,
  id: string,
  operator: IGpuOperator,
  nodes: GpuNodes,
  { gpu, kind, tenants = 1, layouts }: NodeGroup,
): GpuPool {
  switch (kind) {
    case GpuSliceKind.MIG: {
      const isOne = layouts.every(layout => String(layout) === String(layouts[0]));
      return new MigPartitionedGpu(scope, id, {
        operator,
        gpu,
        nodes,
        ...(isOne ? { layout: layouts[0] } : { layouts }),
      });
    }
    case GpuSliceKind.MPS: return new MpsSharedGpu(scope, id, { operator, gpu, nodes, replicas: tenants });
    case GpuSliceKind.TIME_SLICED: return new TimeSlicedGpu(scope, id, { operator, gpu, nodes, replicas: tenants });
    default: return new DedicatedGpu(scope, id, { operator, gpu, nodes });
  }
}

/** The pools of a plan, and the slices that its workloads take from them. */
export class GpuPlanPools extends Construct {
  private readonly added: GpuPool[] = [];
  private readonly taken = new Map<string, GpuPlanPlacement[]>();

  /** Plans make pools: `GpuPlan.deploy`. */
  constructor(scope: Construct, id: string) {
    super(scope, id);
  }

  /** The pools, in the order of the plan. */
  public get pools(): GpuPool[] {
    return [...this.added];
  }

  /**
   * The slice that the replicas of a workload take.
   * @param workload its name in the fleet
   * @throws when the plan has no such workload, or its replicas take slices of several pools: see `placements`
   */
  public slice(workload: string): GpuSlice {
    const all = this.placements(workload);
    if (all.length > 1) {
      const each = all.map(({ slice, replicas }) => `${replicas} of ${slice} of ${slice.pool}`).join(', ');
      throw new Error(`${this.node.path}: the replicas of ${workload} take several kinds of slice: ${each}; ` +
        `make one workload for each of placements('${workload}')`);
    }
    return all[0].slice;
  }

  /**
   * The slices that the replicas of a workload take, and how many take each.
   * @param workload its name in the fleet
   * @throws when the plan has no such workload
   */
  public placements(workload: string): GpuPlanPlacement[] {
    const all = this.taken.get(workload);
    if (all === undefined) {
      throw new Error(`${this.node.path}: the plan has no workload ${workload}; it has `
        + `${[...this.taken.keys()].join(', ')}`);
    }
    return [...all];
  }

  /** @internal */
  public _add(pool: GpuPool, { boards }: Pick<NodeGroup, 'boards'>): void {
    this.added.push(pool);
    const counts = new Map<string, Map<string, number>>();
    for (const { slices } of boards) {
      for (const { workload, profile } of slices) {
        if (workload === undefined) { continue; }
        const own = counts.get(workload) ?? new Map<string, number>();
        own.set(profile, (own.get(profile) ?? 0) + 1);
        counts.set(workload, own);
      }
    }
    for (const [workload, own] of counts) {
      const placements = [...own].map(([profile, replicas]) => ({ slice: sliceOf(pool, profile), replicas }));
      this.taken.set(workload, [...this.taken.get(workload) ?? [], ...placements]);
    }
  }
}

function sliceOf(pool: GpuPool, profile: string): GpuSlice {
  if (pool instanceof MigPartitionedGpu) { return profile === 'whole' ? pool.wholeGpu() : pool.slice(profile); }
  if (pool instanceof DedicatedGpu) { return pool.wholeGpu(); }
  return (pool as MpsSharedGpu | TimeSlicedGpu).share();
}
