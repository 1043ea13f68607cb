import { GpuLayout } from '../../../src/hardware';
import { GpuPlanSupply } from '../../../src/planning';
import { Slots } from '../../../src/planning/formulation/slots';
import { drainsOf, layoutOfSlots } from '../../../src/planning/placement/drains';
import { FilledNode } from '../../../src/planning/placement/nodes';
import { A100 } from '../fleets';

const layout = (text: string) => (text === 'whole' ? GpuLayout.whole() : GpuLayout.parse(text));

/** Nodes of one GPU each as they are and as they shall be; a third entry is one that stays. */
function drained(nodes: [name: string, from: string, to?: string][], requests: [replicas: number, ...profiles: string[]][]) {
  const supplies: GpuPlanSupply[] = [{ gpu: A100, current: nodes.map(([name, from]) => ({ name, layouts: [layout(from)] })) }];
  const slots = new Slots(supplies);
  const slot = (profile: string) => (profile === 'whole' ? slots.whole(0) : slots.mig(0, profile)).index;
  const filled = nodes.map(([name, , to]): FilledNode => ({ name, supply: 0, boards: [], kept: to === undefined }));
  const layouts = new Map(nodes.map(([name, from, to]) => [name, [layout(to ?? from)]]));
  const asked = requests.map(([replicas, ...profiles]) => ({ replicas, slots: profiles.map(slot) }));
  return drainsOf(supplies, slots, filled, ({ name }) => layouts.get(name)!, asked)
    .map(({ node, from, to, waiting }) => [node, from.map(String).join(' '), to.map(String).join(' '), waiting]);
}

describe('nodes are drained in the order that leaves fewest waiting', () => {
  test('who stays and who is new is not drained', () => {
    expect(drained([['a', '7g.80gb=1']], [[1, '7g.80gb']])).toEqual([]);
    const supplies = [{ gpu: A100 }];
    const node: FilledNode = { name: 'new', supply: 0, boards: [], kept: false };
    expect(drainsOf(supplies, new Slots(supplies), [node], () => [GpuLayout.whole()], [])).toEqual([]);
  });

  test('all that stood on the only node wait', () => {
    expect(drained([['a', '1g.10gb=7', '3g.40gb=2']], [[5, '1g.10gb'], [1, '3g.40gb']])).toEqual([['a', '1g.10gb=7', '3g.40gb=2', 6]]);
  });

  test('the node that is missed least goes first, and what it brings serves while the next is drained', () => {
    // 9 replicas want 1g and 1 wants 3g. a has seven 1g, b two and one 2g; c stays with two 3g.
    // without b, two 1g are missing; without a, seven. b comes back with two 3g: then a leaves, and all 9 wait.
    expect(drained([['a', '1g.10gb=7', '3g.40gb=2'], ['b', '1g.10gb=2', '3g.40gb=2'], ['c', '3g.40gb=2']], [[9, '1g.10gb'], [1, '3g.40gb']]))
      .toEqual([['b', '1g.10gb=2', '3g.40gb=2', 2], ['a', '1g.10gb=7', '3g.40gb=2', 9]]);
  });

  test('what the first brings is there for the second', () => {
    // b brings seven 1g for the seven of a
    expect(drained([['b', '3g.40gb=2', '1g.10gb=7'], ['a', '1g.10gb=7', '3g.40gb=2']], [[7, '1g.10gb'], [1, '2g.20gb']]))
      .toEqual([['b', '3g.40gb=2', '1g.10gb=7', 1], ['a', '1g.10gb=7', '3g.40gb=2', 1]]);
  });

  test('those that are missed alike go by name', () => {
    expect(drained([['c', '7g.80gb=1', 'whole'], ['a', '7g.80gb=1', 'whole'], ['b', '7g.80gb=1', 'whole']], [[3, '7g.80gb', 'whole']]))
      .toEqual([['a', '7g.80gb=1', 'whole', 1], ['b', '7g.80gb=1', 'whole', 1], ['c', '7g.80gb=1', 'whole', 1]]);
  });

  test('who can stand elsewhere does not wait', () => {
    expect(drained([['a', '1g.10gb=7', '7g.80gb=1'], ['b', '3g.40gb=2']], [[2, '1g.10gb', '3g.40gb']])).toEqual([['a', '1g.10gb=7', '7g.80gb=1', 0]]);
  });

  test('a node has slots on each of its GPUs', () => {
    const supplies: GpuPlanSupply[] = [{ gpu: A100, current: [{ name: 'a', layouts: [layout('1g.10gb=7'), layout('1g.10gb=5'), GpuLayout.whole()] }] }];
    const slots = new Slots(supplies);
    const node: FilledNode = { name: 'a', supply: 0, boards: [], kept: false };
    const requests = [{ replicas: 12, slots: [slots.mig(0, '1g.10gb').index] }, { replicas: 1, slots: [slots.whole(0).index] }];
    expect(drainsOf(supplies, slots, [node], () => [layout('7g.80gb=1')], requests)[0].waiting).toBe(13);
  });

  test('a shared board serves as many as share it', () => {
    const supplies: GpuPlanSupply[] = [{ gpu: A100, current: [{ name: 'a', layouts: [GpuLayout.whole()] }] }];
    const slots = new Slots(supplies);
    const share = slots.share(0, 4);
    const shared: FilledNode = { name: 'other', supply: 0, boards: [{ supply: 0, tenants: 4, occupants: [], free: new Map() }], kept: true };
    const node: FilledNode = { name: 'a', supply: 0, boards: [], kept: false };
    const waiting = (replicas: number) =>
      drainsOf(supplies, slots, [shared, node], () => [GpuLayout.whole()], [{ replicas, slots: [share.index] }])[0].waiting;
    expect([waiting(3), waiting(4), waiting(5)]).toEqual([0, 0, 1]);
  });
});

test('a board is cut as what stands on it says, and not at all where nothing is a profile', () => {
  const slots = new Slots([{ gpu: A100 }]);
  const [one, two] = [slots.mig(0, '1g.10gb'), slots.mig(0, '2g.20gb')];
  expect([[one, two, one], [slots.whole(0)], [slots.share(0, 2), slots.share(0, 2)], []].map(each => String(layoutOfSlots(each))))
    .toEqual(['1g.10gb=2,2g.20gb=1', 'whole', 'whole', 'whole']);
});
