import { GpuMemory, togetherMib, worstMeeting } from '../../fit';

/** A container that takes turns on a device with others. */
export interface TurnTaker {
  /** What has turns: the resource, on the nodes that are selected. */
  readonly device: string;
  readonly share: GpuMemory;
  /** Containers at one time; undefined for one a node. */
  readonly mostPods?: number;
  /** Whether its engine takes a fraction of what it sees, which it is told so that all get as much. */
  readonly takesFraction: boolean;
  /** The most that it may need; undefined when not known. */
  readonly worstMib?: number;
}

/**
 * Devices whose memory is enough for any of their tenants that may meet: as many as there are turns, the largest of
 * them. Nothing isolates the tenants' memory, so one may take more than its equal part where the others take less.
 */
export function devicesWithRoom(takers: TurnTaker[]): Set<string> {
  const byDevice = new Map<string, TurnTaker[]>();
  for (const taker of takers) {
    const others = byDevice.get(taker.device);
    if (others === undefined) { byDevice.set(taker.device, [taker]); } else { others.push(taker); }
  }
  return new Set([...byDevice].filter(([, each]) => haveRoom(each)).map(([device]) => device));
}

function haveRoom(takers: TurnTaker[]): boolean {
  const { tenants, limitMib, visibleMib } = takers[0].share;
  const needs = takers.map(({ mostPods, takesFraction, worstMib }) => ({
    mostPods: mostPods ?? tenants, needMib: takesFraction ? limitMib : worstMib ?? Infinity,
  }));
  return togetherMib(worstMeeting(needs, tenants)) <= visibleMib;
}
