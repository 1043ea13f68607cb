import { OfferingPool } from '../../cluster';

/** Nodes as a message calls them: `node a`, `nodes a, b and the nodes of rule c`. */
export function titlesOf(pools: readonly OfferingPool[]): string {
  return pools.map(({ title }) => title).join(' and ');
}

/** What a sentence about them needs: of one node, or of several. */
export function forNodes(pools: readonly OfferingPool[], one: string, several: string): string {
  return pools.length === 1 && pools[0].nodes === 1 ? one : several;
}

/** The verb of a sentence about them. */
export function hasOrHave(pools: readonly OfferingPool[]): string {
  return forNodes(pools, 'has', 'have');
}
