import { at, plainText } from '../fields';

/** Pods of a Deployment in a hundred, or a number of them; of what is neither, none. */
function numberOf(written: unknown, pods: number, round: (share: number) => number): number {
  const text = plainText(written);
  const share = /^(\d+)%$/.exec(text)?.[1];
  const count = share === undefined ? Number(text) : round(pods * Number(share) / 100);
  return Number.isFinite(count) ? count : 0;
}

/**
 * How many pods a Deployment must find room for at an update, at least: one more than it has where no old pod is
 * stopped before a new one is ready, else as many as it has. A rolling update that may neither start nor stop one stops
 * one (kubernetes/kubernetes@7fc9c57d pkg/controller/deployment/util/deployment_util.go ResolveFenceposts).
 * @param strategy `spec.strategy`; undefined for what Kubernetes does by itself: 25 % more and 25 % fewer
 */
export function podsAtUpdate(strategy: unknown, pods: number): number {
  if ((at(strategy, 'type') ?? 'RollingUpdate') !== 'RollingUpdate') { return pods; }
  const surge = numberOf(at(strategy, 'rollingUpdate', 'maxSurge') ?? '25%', pods, Math.ceil);
  const unavailable = numberOf(at(strategy, 'rollingUpdate', 'maxUnavailable') ?? '25%', pods, Math.floor);
  return surge > 0 && unavailable === 0 && pods > 0 ? pods + 1 : pods;
}
