import { A100, fleet } from './fleets';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuPlanIsolation, planFleet } from '../../src/planning';

test('replicas that share a board have room on it together, although MPS would let each take more', () => {
  // of 81,920 MiB each of two clients may take 40,960, and 79,462 are usable
  const shared = (memoryMib: number) => planFleet(fleet([{ name: 'a', memoryMib, replicas: 2, isolation: GpuPlanIsolation.ANY }], { gpu: A100 }));
  for (const memoryMib of [39731, 39732, 40500, 40960]) {
    for (const { tenants = 1, slices } of shared(memoryMib).boards.filter(({ kind }) => kind !== 'mig')) {
      expect(tenants * memoryMib).toBeLessThanOrEqual(79462);
      expect(slices.filter(({ workload }) => workload === 'a').length * memoryMib).toBeLessThanOrEqual(79462);
    }
  }
  expect(shared(40500).gpus).toBe(2);
  // the board has no MIG, so that it is a share or nothing
  const onL40s = (memoryMib: number) => planFleet(fleet([{ name: 'a', memoryMib, replicas: 2, isolation: GpuPlanIsolation.ANY }], { gpu: Gpu.L40S })).gpus;
  expect([onL40s(Math.floor(45459 / 2)), onL40s(Math.floor(45459 / 2) + 1)]).toEqual([1, 2]);
});

test('each GPU of a node that stays has the layout that it had', () => {
  const [halves, sevenths] = [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.of({ '1g.10gb': 7 })];
  const current = [{ name: 'a', layouts: [halves, sevenths] }, { name: 'b', layouts: [sevenths, halves] }];
  const { nodes, boards, drains } = planFleet(fleet([{ name: 'x', profiles: ['3g'], replicas: 4 }, { name: 'y', profiles: ['1g'], replicas: 14 }], { count: 4, current }));
  expect(drains).toEqual([]);
  expect(Object.fromEntries(nodes.map(({ node, boards: own }) => [node, own.map(index => String(boards[index].layout))])))
    .toEqual({ a: ['3g.40gb=2', '1g.10gb=7'], b: ['1g.10gb=7', '3g.40gb=2'] });
});
