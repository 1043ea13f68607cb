import { ClaimView } from '../../cluster';
import { isFields, listOf, Path } from '../../kubernetes';
import { Check, RuleFinding } from '../rule';

export type Found = Omit<RuleFinding, 'document'>;

export function ofClaims(check: (claim: ClaimView) => Iterable<Found>): Check {
  return function* (model) {
    for (const claim of model.claims) {
      for (const found of check(claim)) {
        yield { document: claim.document, ...found };
      }
    }
  };
}

export function requestsOf({ path, devices }: ClaimView): { path: Path; request: unknown }[] {
  return listOf(devices.requests)
    .map((request, index) => ({ path: [...path, 'requests', index], request }))
    .filter(({ request }) => isFields(request));
}

