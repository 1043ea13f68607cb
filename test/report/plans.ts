import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { GpuArrivalResult, GpuPlanResult, GpuPlanStatus } from '../../src/planning';

const gpu = Gpu.A100_SXM4_80GB;
const voice = GpuLayout.of({ '3g.40gb': 2 });

/** The reference's three A100 as a plan: two boards suffice. */
export const PLAN: GpuPlanResult = {
  status: GpuPlanStatus.OPTIMAL,
  optimal: true,
  gpus: 2,
  cost: 2,
  lowerBound: 2,
  gap: 0,
  layouts: [{ gpu, kind: GpuSliceKind.MIG, layout: voice, count: 1 }, { gpu, kind: GpuSliceKind.WHOLE, layout: GpuLayout.whole(), count: 1 }],
  assignments: [
    { workload: 'asr', gpu, kind: GpuSliceKind.MIG, profile: '3g.40gb', replicas: 1 },
    { workload: 'tts', gpu, kind: GpuSliceKind.MIG, profile: '3g.40gb', replicas: 1 },
    { workload: 'llm', gpu, kind: GpuSliceKind.WHOLE, profile: 'whole', replicas: 1 },
  ],
  boards: [
    {
      gpu,
      kind: GpuSliceKind.MIG,
      layout: voice,
      count: 1,
      slices: [
        { profile: '3g.40gb', start: 0, size: 4, memoryMib: 40192, workload: 'asr', neededMib: 15360 },
        { profile: '3g.40gb', start: 4, size: 4, memoryMib: 40192, workload: 'tts', neededMib: 20480 },
      ],
      freeComputeSlices: 1,
      freeMemorySlices: 0,
    },
    { gpu, kind: GpuSliceKind.WHOLE, layout: GpuLayout.whole(), count: 1, slices: [{ profile: 'whole', memoryMib: 81920, workload: 'llm', neededMib: 61440 }] },
  ],
  nodes: [{ node: 'gpu-node-1', gpu, boards: [0, 1, -1] }],
  baselines: { wholeGpu: 3, uniformProfile: 3, firstFitDecreasing: 2 },
  drains: [{ node: 'gpu-node-1', from: [GpuLayout.whole()], to: [voice, GpuLayout.whole()], waiting: 1 }],
  reasons: [],
  notes: ['the third board is free'],
  steps: 1,
};

/** 1g, 4g, 3g on one board: the 1g stands where the 4g would have to. */
export const ARRIVAL: GpuArrivalResult = {
  arrivals: 3,
  placed: 2,
  waiting: 1,
  stranded: [1],
  promised: 3,
  reached: 2,
  betterOrder: [1, 2, 0],
  staticLayouts: [{ gpu, kind: GpuSliceKind.MIG, layout: GpuLayout.of({ '4g.40gb': 1, '3g.40gb': 1 }), count: 1 }],
  boards: [{ gpu, slices: [{ profile: '1g.10gb', start: 0, size: 1, workload: '0' }, { profile: '3g.40gb', start: 4, size: 4, workload: '2' }] }],
};

export const ARRIVALS = [{ label: 'as given', result: ARRIVAL }];
