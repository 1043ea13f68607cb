import { contradiction, isEmpty, Issues, missing, wrongValue } from './shape-issue';
import { Fields, isFields, listOf, textOf } from '../../fields';
import { SUBDOMAIN } from '../bound-forms';

/** pkg/apis/rbac/validation ValidatePolicyRule. */
export function* roleIssues(object: Readonly<Fields>): Issues {
  for (const [index, rule] of listOf(object.rules).entries()) {
    if (!isFields(rule)) { continue; }
    const path = ['rules', index];
    if (Object.hasOwn(rule, 'verbs') && rule.verbs === null) { yield missing(path, 'has no verbs', 'add verbs'); }
    const isOfPaths = !isEmpty(rule.nonResourceURLs);
    if (isOfPaths) {
      if (object.kind === 'Role') {
        yield contradiction(
          [...path, 'nonResourceURLs'],
          'stands in a Role, whose rules are about objects of a namespace',
          'write a ClusterRole',
        );
      } else if (!isEmpty(rule.apiGroups) || !isEmpty(rule.resources) || !isEmpty(rule.resourceNames)) {
        yield contradiction(path, 'has nonResourceURLs beside resources', 'write two rules');
      }
      continue;
    }
    for (const field of ['apiGroups', 'resources']) {
      if (!isEmpty(rule[field])) { continue; }
      yield missing(path, `has no ${field}, which a rule about objects needs`, `add ${field}`);
    }
  }
}

/** pkg/apis/rbac/validation ValidateRoleBindingSubject: an account is an object, and has the name of one. */
export function* bindingIssues(object: Readonly<Fields>): Issues {
  for (const [index, subject] of listOf(object.subjects).entries()) {
    if (!isFields(subject)) { continue; }
    const group = textOf(subject.apiGroup) ?? '';
    const isPerson = subject.kind === 'User' || subject.kind === 'Group';
    if (isPerson && group !== '' && group !== 'rbac.authorization.k8s.io') {
      yield wrongValue(['subjects', index, 'apiGroup'], `is "${group}"`, 'write rbac.authorization.k8s.io');
    }
    if (subject.kind !== 'ServiceAccount') { continue; }
    if (object.kind === 'ClusterRoleBinding' && isEmpty(subject.namespace)) {
      yield missing(['subjects', index], 'has no namespace, which a ServiceAccount is in', 'add namespace');
    }
    const name = textOf(subject.name) ?? '';
    if (name !== '' && !SUBDOMAIN.pattern!.test(name)) {
      yield wrongValue(['subjects', index, 'name'], 'is no name that a ServiceAccount can have', 'write its name');
    }
  }
}
