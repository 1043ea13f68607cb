import { Gpu, GpuLayout } from '../../../src/hardware';
import { GpuPlanSpread, GpuPlanSupply } from '../../../src/planning';
import { Needs } from '../../../src/planning/formulation/needs';
import { Slots } from '../../../src/planning/formulation/slots';
import { FilledBoard } from '../../../src/planning/placement/fill-boards';
import { gatherNodes, gpusPerNodeOf } from '../../../src/planning/placement/nodes';
import { A100 } from '../fleets';

const whole = GpuLayout.whole();
const now = (...names: string[]) => names.map(name => ({ name, layouts: [whole, whole] }));

/** A board that holds one replica of each of some workloads. */
function board(more: Partial<FilledBoard> = {}, ...workloads: { name: string; spread?: GpuPlanSpread }[]): FilledBoard {
  const supplies = [{ gpu: A100 }];
  const needs = new Needs(supplies, new Slots(supplies));
  const occupants = workloads.map(workload => NEEDS.get(workload.name) ?? needs.of({ profiles: ['1g'], ...workload }))
    .map(need => { NEEDS.set(need.workload.name, need); return { slot: need.slots[0], need }; });
  return { supply: 0, tenants: 1, occupants, free: new Map(), ...more };
}
/** One need for each workload, as a plan has it. */
const NEEDS = new Map<string, ReturnType<Needs['of']>>();

const gathered = (supply: Partial<GpuPlanSupply>, boards: FilledBoard[]) =>
  gatherNodes([{ gpu: A100, ...supply }], boards).map(({ name, boards: own }) => [name, ...own.map(each => boards.indexOf(each!))]);

describe('boards become nodes', () => {
  const A = 'NVIDIA-A100-SXM4-80GB';

  test('board after board, the last with what is left free', () => {
    expect(gathered({ gpusPerNode: 2 }, [board(), board(), board()])).toEqual([[`${A}-1`, 0, 1], [`${A}-2`, 2, -1]]);
  });

  test('boards shared by as many stand together, and fill up what was begun', () => {
    const boards = [board(), board({ tenants: 4 }), board(), board({ tenants: 2 }), board({ tenants: 4 }), board()];
    expect(gathered({ gpusPerNode: 2 }, boards)).toEqual([[`${A}-1`, 0, 2], [`${A}-2`, 1, 4], [`${A}-3`, 3, -1], [`${A}-4`, 5, -1]]);
  });

  test('replicas that stand apart by nodes do, and those apart by boards need not', () => {
    const ha = { name: 'ha', spread: GpuPlanSpread.NODES };
    const boards = [board({}, ha), board({}, { name: 'b' }, ha), board({}, { name: 'b' }), board({}, { name: 'c', spread: GpuPlanSpread.BOARDS }),
      board({}, { name: 'c', spread: GpuPlanSpread.BOARDS }), board({}, { name: 'hb', spread: GpuPlanSpread.NODES }, { name: 'b' })];
    expect(gathered({ gpusPerNode: 4 }, boards)).toEqual([[`${A}-1`, 0, 2, 3, 4], [`${A}-2`, 1, 5, -1, -1]]);
  });

  test('nodes that stay come first, each board at its index', () => {
    const kept = (node: string, index: number) => board({ kept: { node, index } });
    const boards = [board(), kept('b', 1), kept('a', 0), kept('b', 0), kept('a', 1)];
    const nodes = gatherNodes([{ gpu: A100, current: now('a', 'b') }], boards);
    expect(nodes.map(({ name, kept: isKept, boards: own }) => [name, isKept, ...own.map(each => boards.indexOf(each!))]))
      .toEqual([['b', true, 3, 1], ['a', true, 2, 4], [`${A}-1`, false, 0, -1]]);
  });

  test('of each type by themselves', () => {
    const nodes = gatherNodes([{ gpu: A100 }, { gpu: Gpu.A30 }], [board({ supply: 1 }), board(), board({ supply: 1 })]);
    expect(nodes.map(({ name, supply }) => [name, supply])).toEqual([[`${A}-1`, 0], ['NVIDIA-A30-1', 1], ['NVIDIA-A30-2', 1]]);
  });
});

describe('names of nodes that are cut anew', () => {
  const names = (supply: Partial<GpuPlanSupply>, count: number, kept: string[] = []) => {
    const boards = [...kept.map(node => board({ kept: { node, index: 0 } })), ...Array.from({ length: count }, () => board())];
    return gatherNodes([{ gpu: A100, ...supply }], boards).slice(kept.length).map(({ name }) => name);
  };
  const A = 'NVIDIA-A100-SXM4-80GB';

  test.each<[string, Partial<GpuPlanSupply>, number, string[], string[]]>([
    ['those given, then numbers', { nodes: ['x', 'y'] }, 3, [], ['x', 'y', `${A}-3`]],
    ['of a limited number too', { nodes: ['x', 'y'], count: 3 }, 3, [], ['x', 'y', `${A}-3`]],
    // four boards are two nodes, and both are cut: by name
    ['all are cut, so they are drained in order', { count: 4, current: now('n2', 'n1') }, 4, [], ['n1', 'n2']],
    ['those nobody cut come before those that are drained', { count: 8, nodes: ['x'], current: now('n1', 'n2') }, 6, [], ['x', `${A}-2`, 'n1']],
    ['a node of current is no new one', { count: 6, nodes: ['n1', 'x', 'n2'], current: now('n1', 'n2') }, 6, [], ['x', 'n1', 'n2']],
    ['who stays is not drained', { count: 6, current: now('n1', 'n2') }, 4, ['n1'], [`${A}-1`, 'n2']],
    ['with any number of boards nobody is drained', { nodes: ['x', 'n1'], current: now('n1') }, 4, [], ['x', `${A}-2`]],
    ['more given than there are boards', { count: 2, gpusPerNode: 2, nodes: ['x', 'y'] }, 4, [], ['x', `${A}-2`]],
  ])('%s', (_, supply, count, kept, expected) => { expect(names(supply, count, kept)).toEqual(expected); });
});

test('a node has as many GPUs as is said, else as the nodes that are there, else one', () => {
  expect([{ gpusPerNode: 8 }, { gpusPerNode: 4, current: now('n') }, { current: now('n') }, { current: [] }, {}].map(each => gpusPerNodeOf({ gpu: A100, ...each })))
    .toEqual([8, 4, 2, 1, 1]);
});
