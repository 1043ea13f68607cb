import { Check } from './rule';

/**
 * A check of pods, each by itself: it reads `distinctWorkloads`, and what it finds in one holds for all that are alike.
 * It may read the pods of a workload, its kind, namespace and notes for this library, and the rest of the model, but
 * neither the name of the object nor its labels.
 */
export function ofPods(check: Check): Check {
  return function* (model) {
    for (const found of check(model)) { yield { ...found, alike: model.documentsLike(found.document) }; }
  };
}
