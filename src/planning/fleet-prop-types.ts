import { GpuArrival } from './arrivals/arrival';
import {
  GpuFleet, GpuPlanIsolation, GpuPlanNode, GpuPlanOption, GpuPlanOptions, GpuPlanSpread, GpuPlanSupply, GpuPlanWorkload,
} from './fleet';
import { listOf, made, needed, NUMBER, oneOf, Shape, struct, TEXT } from '../props';

/** What the values of a fleet must be, before anything is made of them. */
export const PLANNED_BOARD = made('a board such as Gpu.A100_SXM4_80GB, or Gpu.of(...)', 'productLabels');
export const MODEL_FOOTPRINT = made('a ModelFootprint, such as ModelFootprint.measured(15000)', 'subject');
const LAYOUT = made('a layout such as GpuLayout.of({ \'3g.40gb\': 2 }) or GpuLayout.whole()', 'isWhole');

const NODE: Shape<GpuPlanNode> = { name: needed(TEXT), layouts: needed(listOf(LAYOUT)) };

const SUPPLY: Shape<GpuPlanSupply> = {
  gpu: needed(PLANNED_BOARD),
  count: NUMBER,
  costPerHour: NUMBER,
  gpusPerNode: NUMBER,
  nodes: listOf(TEXT),
  current: listOf(struct(NODE)),
  touchCost: NUMBER,
};

const OPTION: Shape<GpuPlanOption> = { profile: needed(TEXT), throughput: needed(NUMBER), gpu: PLANNED_BOARD };

const WORKLOAD: Shape<GpuPlanWorkload> = {
  name: needed(TEXT),
  replicas: NUMBER,
  memoryMib: NUMBER,
  footprint: MODEL_FOOTPRINT,
  profiles: listOf(TEXT),
  demand: NUMBER,
  options: listOf(struct(OPTION)),
  isolation: oneOf(GpuPlanIsolation),
  spread: oneOf(GpuPlanSpread),
  headroom: NUMBER,
};

export const FLEET: Shape<GpuFleet> = {
  gpus: needed(listOf(struct(SUPPLY))),
  workloads: needed(listOf(struct(WORKLOAD))),
};

export const PLAN_OPTIONS: Shape<GpuPlanOptions> = { maxSteps: NUMBER };

export const ARRIVAL: Shape<GpuArrival> = { name: needed(TEXT), profile: TEXT };
