import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about the identity of objects say, and why. */
export const IDENTITY_RULE_TEXTS: RuleText[] = [
  {
    id: 'IDN-001',
    area: 'identity',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no two objects of one cluster have the same group, kind, namespace and name',
    why: 'the API server knows one object of a name: what is applied last replaces the other, without a word. In two folders it is only a note, because they often stand for two clusters, or for a base and its overlay',
    evidence: 'Kubernetes documentation, object names and ids',
    bad: 'kind: ConfigMap\nmetadata: {name: layouts, namespace: gpu-operator}\n---\nkind: ConfigMap\nmetadata: {name: layouts, namespace: gpu-operator}',
    good: 'kind: ConfigMap\nmetadata: {name: layouts, namespace: gpu-operator}\n---\nkind: ConfigMap\nmetadata: {name: sharing, namespace: gpu-operator}',
  },
];
