import { podsAtUpdate } from '../../kubernetes';

/** How a server comes to a new version. */
export enum ServerRollout {
  /** All old pods go before the first new one comes. */
  RECREATE = 'recreate',
  /** One old pod goes, then one new one comes, as often as there are replicas. */
  REPLACE = 'replace',
  /** A new pod comes before an old one goes. It takes a slice more than the replicas have, or waits for ever. */
  SURGE = 'surge',
}

/** How a Deployment rolls out, and what it must find room for. */
export interface RolloutContext {
  readonly mostReplicas: number;
  /** Slices that each pod takes. */
  readonly perPod: number;
  /** Slices of the pool; undefined when not known. */
  readonly capacity?: number;
}

/**
 * `spec.strategy`. A rolling update as Kubernetes has it by itself starts a pod more and stops none of fewer than four:
 * on a pool that is full the new pod waits for the slice of the old one for ever (CAP-004).
 * @throws when there is surely no room for a surge
 */
export function strategyOf(
  place: string,
  rollout: ServerRollout | undefined,
  context: RolloutContext,
): Record<string, unknown> {
  const { mostReplicas, perPod, capacity } = context;
  switch (rollout ?? (mostReplicas > 1 ? ServerRollout.REPLACE : ServerRollout.RECREATE)) {
    case ServerRollout.RECREATE: return { type: 'Recreate' };
    case ServerRollout.REPLACE: return { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    default: {
      const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
      const needed = podsAtUpdate(strategy, mostReplicas) * perPod;
      if (capacity !== undefined && needed > capacity) {
        throw new Error(`${place}: rollout SURGE needs ${needed} slices at an update, and the pool `
          + `has ${capacity} [CAP-004]; take REPLACE, or fewer `
          + 'replicas');
      }
      return strategy;
    }
  }
}
