import * as fc from 'fast-check';
import { Occupant, seatingOf } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { manifestsWith, modelOfText } from '../report/charts';

/** Who is on each GPU, as in `a a|b`: devices with a bar between them, GPUs apart. */
function seats(text: string): string[] {
  const [pool] = seatingOf(modelOfText(text)).pools;
  const names = (occupants: readonly Occupant[]) => occupants.map(({ workload }) => workload.document.name).join(' ');
  return pool.gpus.map(({ devices, count }) => `${count}x ${devices.map(({ occupants }) => names(occupants)).join('|')}`);
}

const unseated = (text: string) => seatingOf(modelOfText(text)).unseated.map(({ workload, pods, why }) => [workload.document.name, pods, why]);
const MIG = GpuLayout.of({ '3g.40gb': 2 });
const TURNS = '  timeSlicing:\n    resources:\n      - name: nvidia.com/gpu\n        replicas: 2\n';
const [WHOLE, SLICE] = ['nvidia.com/gpu', 'nvidia.com/mig-3g.40gb'];

test('pods take the slices of a board in order, and those beyond have no place', () => {
  const pods = [{ name: 'a', resource: SLICE }, { name: 'b', resource: SLICE, replicas: 3 }, { name: 'c', resource: WHOLE }];
  const text = manifestsWith({ layouts: [MIG, GpuLayout.whole()], pods });
  expect(seats(text)).toEqual(['1x a|b', '1x c']);
  expect(unseated(text)).toEqual([['b', 2, 'full']]);
});

test('what no node offers is told apart from what is taken', () => {
  expect(unseated(manifestsWith({ layouts: [MIG], pods: [{ name: 'a', resource: 'nvidia.com/mig-7g.80gb' }] }))).toEqual([['a', 1, 'not offered']]);
});

test('three pods on three GPUs of two turns each get a GPU of their own: the policy of the device plugin is distributed', () => {
  const layouts = [GpuLayout.whole(), GpuLayout.whole(), GpuLayout.whole()];
  expect(seats(manifestsWith({ layouts, sharing: TURNS, pods: [{ name: 'a', resource: WHOLE, replicas: 3 }] }))).toEqual(['3x a']);
});

test('packed fills one GPU before the next', () => {
  const flags = 'flags:\n  plugin:\n    sharedDevicesAllocationPolicy: packed\n';
  const layouts = [GpuLayout.whole(), GpuLayout.whole(), GpuLayout.whole()];
  expect(seats(manifestsWith({ layouts, sharing: TURNS, flags, pods: [{ name: 'a', resource: WHOLE, replicas: 3 }] }))).toEqual(['1x a a', '1x a', '1x ']);
});

test('nodes that are used alike are told once', () => {
  const text = manifestsWith({ layouts: [MIG, MIG], nodes: 50, pods: [{ name: 'a', resource: SLICE, replicas: 120 }] });
  expect(seats(text)).toEqual(['60x a|a', '40x |']);
});

test('a board that only the pods know of is theirs', () => {
  const text = manifestsWith({ layouts: [GpuLayout.whole()], pods: [{ name: 'a', resource: WHOLE }] });
  const withoutBoard = text.replace(/("kind":"Node".*?),"nvidia.com\/gpu.product":"[^"]*"/, '$1');
  expect(withoutBoard).not.toBe(text);
  expect(seatingOf(modelOfText(withoutBoard)).pools.map(({ pool }) => pool.boards.map(String))).toEqual([[Gpu.A100_SXM4_80GB.productLabel]]);
});

test('however many pods ask, a device never has more than its seats, and no pod is lost', () => {
  const layout = fc.constantFrom('whole', '3g.40gb=2', '1g.10gb=7', '2g.20gb=3,1g.10gb=1');
  const resource = fc.constantFrom(WHOLE, SLICE, 'nvidia.com/mig-1g.10gb', 'nvidia.com/mig-2g.20gb');
  const pods = fc.array(fc.record({ resource, replicas: fc.integer({ min: 1, max: 9 }) }), { maxLength: 5 });
  const layoutLists = fc.array(layout, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(layoutLists, fc.integer({ min: 1, max: 3 }), pods, fc.boolean(), (layouts, nodes, asked, isShared) => {
    const named = asked.map((each, index) => ({ ...each, name: `w${index}` }));
    const text = manifestsWith({ layouts: layouts.map(each => GpuLayout.parse(each)), nodes, pods: named, sharing: isShared ? TURNS : undefined });
    const { pools, unseated: waiting } = seatingOf(modelOfText(text));
    const devices = pools.flatMap(({ gpus }) => gpus.flatMap(gpu => gpu.devices.map(device => ({ ...device, count: gpu.count }))));
    for (const { occupants, seats: most } of devices) { expect(occupants.length).toBeLessThanOrEqual(most); }
    const seated = devices.reduce((sum, { occupants, count }) => sum + count * occupants.length, 0);
    expect(seated + waiting.reduce((sum, each) => sum + each.pods, 0)).toBe(named.reduce((sum, { replicas }) => sum + replicas, 0));
    expect(pools.flatMap(({ gpus }) => gpus).reduce((sum, { count }) => sum + count, 0)).toBe(nodes * layouts.length);
  }), { numRuns: 60 });
});
