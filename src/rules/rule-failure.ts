import { Finding } from './finding';
import { CheckedRule } from './rule';
import { ClusterModel, ManifestDocument } from '../cluster';
import { hideSecrets, secretsOf } from '../secrets';
import { messageInShort } from '../text';

/** Where a rule fails, it is looked for among as many documents. */
const MOST_TRIED = 2000;

/**
 * That a rule failed, which is a fault of this library: the other rules go on, and the run says that it is not whole.
 */
export function failureOf(rule: CheckedRule, error: unknown, model: ClusterModel): Finding {
  const document = model.documents.slice(0, MOST_TRIED).find(each => failsOn(rule, each, model)) ?? model.documents[0];
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'it threw no error';
  return {
    rule: rule.id,
    severity: document?.author === 'construct' ? 'warning' : 'error',
    message: `the rule ${rule.id} failed on this and checked nothing more `
      + `(${hideSecrets(messageInShort(reason), document === undefined ? [] : secretsOf(document.value).map(({ text }) => text))})`,
    fix: 'please report it as a fault of cdk8s-gpu, with the object that this stands at',
    file: document?.file ?? '',
    document: document?.index ?? 0,
    line: document?.line([]),
    kind: document?.kind ?? '',
    name: document?.name ?? '',
    namespace: document?.namespace,
    path: '',
    isFailure: true,
  };
}

function failsOn({ check }: CheckedRule, document: ManifestDocument, { versions }: ClusterModel): boolean {
  const alone = new ClusterModel(versions);
  try {
    alone.add(document);
    for (const _ of check(alone)) { /* what it finds is known already */ }
    return false;
  } catch {
    return true;
  }
}
