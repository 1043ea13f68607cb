import { mostPlaced, Request } from '../../../src/planning/placement/max-flow';
import { randomOf } from '../fleets';

/** By the least cut: whichever requests are left out, the others are at most the slots that any of them can take. */
function leastCut(requests: readonly Request[], available: ReadonlyMap<number, number>): number {
  let least = Infinity;
  for (let chosen = 0; chosen < 2 ** requests.length; chosen++) {
    const isChosen = (index: number) => Math.floor(chosen / 2 ** index) % 2 === 1;
    const slots = new Set(requests.flatMap((request, index) => (isChosen(index) ? [...request.slots] : [])));
    const leftOut = requests.reduce((sum, { replicas }, index) => sum + (isChosen(index) ? 0 : replicas), 0);
    least = Math.min(least, leftOut + [...slots].reduce((sum, slot) => sum + (available.get(slot) ?? 0), 0));
  }
  return least;
}

test('the most that find a slot is the least cut, over random requests and slots', () => {
  const random = randomOf(61);
  let moved = 0;
  for (let round = 0; round < 600; round++) {
    const slots = 1 + random(5);
    const requests = Array.from({ length: 1 + random(5) }, (): Request =>
      ({ replicas: random(6), slots: Array.from({ length: slots }, (_, slot) => slot).filter(() => random(2) === 0) }));
    const available = new Map(Array.from({ length: slots }, (_, slot): [number, number] => [slot, random(5)]));
    const before = [...available];
    const placed = mostPlaced(requests, available);
    expect([round, placed]).toEqual([round, leastCut(requests, available)]);
    expect([...available]).toEqual(before);
    const greedy = requests.reduce((sum, { replicas, slots: own }) => {
      let missing = replicas;
      for (const slot of own) {
        const taken = Math.min(missing, available.get(slot)!);
        available.set(slot, available.get(slot)! - taken);
        missing -= taken;
      }
      return sum + replicas - missing;
    }, 0);
    if (greedy < placed) { moved++; }
  }
  expect(moved).toBeGreaterThan(20);
});

test('who has a choice makes room, also along a chain', () => {
  const chain: Request[] = [{ replicas: 1, slots: [0, 1] }, { replicas: 1, slots: [1, 2] }, { replicas: 1, slots: [0] }, { replicas: 1, slots: [1] }];
  expect(mostPlaced(chain, new Map([[0, 1], [1, 1], [2, 1]]))).toBe(3);
  expect(mostPlaced(chain, new Map([[0, 2], [1, 1], [2, 1]]))).toBe(4);
  expect(mostPlaced(chain, new Map())).toBe(0);
});
