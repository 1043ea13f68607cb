import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkWhole, given } from '../../props';

/** How many pods a drain of nodes may take away at once. Exactly one of the two. */
export interface NimDisruptionBudget {
  /**
   * Pods that must stay. With as many as there are replicas no node can be drained.
   * @default - `maxUnavailable` is given
   */
  readonly minAvailable?: number;
  /**
   * Pods that may be missing.
   * @default - `minAvailable` is given
   */
  readonly maxUnavailable?: number;
}

/** @throws when it does not say exactly one whole number */
export function checkDisruptionBudget(place: string, budget: NimDisruptionBudget | undefined): void {
  if (budget === undefined) { return; }
  if ((budget.minAvailable === undefined) === (budget.maxUnavailable === undefined)) {
    throw new Error(`${place}: disruptionBudget takes exactly one of minAvailable and maxUnavailable`);
  }
  checkWhole(place, 'disruptionBudget.minAvailable', budget.minAvailable, 0);
  checkWhole(place, 'disruptionBudget.maxUnavailable', budget.maxUnavailable, 0);
}

/**
 * A PodDisruptionBudget, which the CRD has no field for. The operator labels the pods of a Deployment `app: <name>`
 * (k8s-nim-operator api/apps/v1alpha1 GetStandardSelectorLabels).
 */
export function addDisruptionBudget(
  scope: Construct,
  serviceName: string,
  budget: NimDisruptionBudget | undefined,
): void {
  if (budget === undefined) { return; }
  new ApiObject(scope, 'DisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: serviceName },
    spec: { ...given(budget, 'minAvailable', 'maxUnavailable'), selector: { matchLabels: { app: serviceName } } },
  });
}
