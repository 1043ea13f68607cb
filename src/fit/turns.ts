/** Somebody who takes turns on a device. */
export interface TurnTaker {
  /** Containers at one time. */
  readonly mostPods: number;
  /** What one of them needs, in MiB, or its equal part where its engine takes a fraction. */
  readonly needMib: number;
}

/**
 * The takers that may meet on one device and need the most together: as many as there are turns, the largest first, one
 * for each container. Nothing isolates their memory, and which of them meet is not ours to choose, so these must fit
 * together.
 */
export function worstMeeting<T extends TurnTaker>(takers: T[], turns: number): T[] {
  return takers
    .flatMap(taker => Array<T>(Math.min(taker.mostPods, turns)).fill(taker))
    .sort((a, b) => b.needMib - a.needMib)
    .slice(0, turns);
}

/** What some need together, in MiB. */
export function togetherMib(takers: TurnTaker[]): number {
  return takers.reduce((sum, { needMib }) => sum + needMib, 0);
}
