import { isRead, Repetition } from '../../cluster';
import { isKustomizePatch, joinOf } from '../folders';
import { defineRule, Rule, Severity } from '../rule';

/** Rules about what objects are called. */
export const IDENTITY_RULES: Rule[] = [
  defineRule({
    id: 'IDN-001',
    name: 'same-identity',
    area: 'identity',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no two objects of one cluster have the same group, kind, namespace and name',
    why: 'the API server knows one object of a name: what is applied last replaces the other, without a word. Of what '
      + 'a person wrote, only kinds that rules are about count, and files of which something says that they are of one '
      + 'cluster',
    evidence: 'Kubernetes documentation, object names and ids',
    *check(model) {
      for (const repetition of model.identities.repetitions) {
        const { document, first } = repetition;
        const isByPerson = document.constructPath === undefined && document.author === 'person';
        if (isKustomizePatch(model, document) || isKustomizePatch(model, first)) { continue; }
        const join = joinOf(model, document, first);
        if (isByPerson && (!isRead(document.kind, document.apiVersion) || join === 'apart')) { continue; }
        const place = placeOf(repetition);
        const where = document.namespace === undefined ? '' : ` in namespace ${document.namespace}`;
        yield {
          document,
          path: ['metadata', 'name'],
          message: `${document.kind} ${document.name}${where} is also ${place}; of two with one name, what is `
            + 'applied last replaces the other',
          fix: 'rename one of them, or merge them; lint the rendered output where overlays patch a base',
          ...isByPerson && join === 'neighbours' ? { severity: 'info' as const } : severityOf(repetition),
        };
      }
    },
  }),
];

/** Objects of an app are called by their constructs, those of a file by their number in it. */
function placeOf({ document, first }: Repetition): string {
  if (first.constructPath !== undefined) { return `what ${first.constructPath} writes`; }
  return `document ${first.index} of ${first.file === document.file ? 'this file' : first.file}`;
}

/** Folders often hold one object for several clusters, or a base and its overlays; so do the charts of an app. */
function severityOf({ document, first }: Repetition): { severity?: Severity } {
  if (first.file === document.file) { return {}; }
  if (document.constructPath !== undefined && first.constructPath !== undefined) {
    const chart = (construct: string) => construct.split('/')[0];
    return chart(first.constructPath) === chart(document.constructPath) ? {} : { severity: 'warning' };
  }
  return {};
}
