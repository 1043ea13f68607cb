/** A group of replicas that can stand on some slots. */
export interface Request {
  readonly replicas: number;
  readonly slots: readonly number[];
}

/** How many replicas find a slot at most, when those that have a choice make room for the others. */
export function mostPlaced(requests: readonly Request[], available: ReadonlyMap<number, number>): number {
  const left = new Map(available);
  const held = requests.map(() => new Map<number, number>());
  let placed = 0;
  const push = (request: number, seen: Set<number>): boolean => {
    for (const slot of requests[request].slots) {
      if (seen.has(slot)) { continue; }
      seen.add(slot);
      const free = left.get(slot) ?? 0;
      const canMove = (_: Request, other: number) =>
        other !== request && (held[other].get(slot) ?? 0) > 0 && moveAway(other, slot, seen);
      if (free === 0 && !requests.some(canMove)) { continue; }
      if (free > 0) { left.set(slot, free - 1); }
      held[request].set(slot, (held[request].get(slot) ?? 0) + 1);
      return true;
    }
    return false;
  };
  const moveAway = (request: number, slot: number, seen: Set<number>): boolean => {
    if (!push(request, seen)) { return false; }
    held[request].set(slot, held[request].get(slot)! - 1);
    return true;
  };
  requests.forEach(({ replicas, slots }, request) => {
    // what is free goes at once; one by one only where somebody has to move
    for (const slot of slots) {
      const taken = Math.min(replicas - sum(held[request]), left.get(slot) ?? 0);
      left.set(slot, (left.get(slot) ?? 0) - taken);
      held[request].set(slot, taken);
      placed += taken;
    }
    for (let missing = replicas - sum(held[request]); missing > 0 && push(request, new Set()); missing--) { placed++; }
  });
  return placed;
}

function sum(counts: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const count of counts.values()) { total += count; }
  return total;
}
