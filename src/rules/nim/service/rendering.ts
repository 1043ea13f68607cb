import { at, fieldsOf, isTemplated, listOf, Path, survivesUnquoted, textOf, Unquoted, unquoted } from '../../../kubernetes';
import { shown } from '../../../text';
import { Rule } from '../../rule';
import { cacheOf, isSet, nimServiceRule, wholeNimServiceRule } from '../nim-rule';

/** Labels that the operator sets itself (k8s-nim-operator api/apps/v1alpha1 GetStandardLabels). */
const OWN_LABELS = [
  'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/operator-version', 'app.kubernetes.io/part-of', 'app.kubernetes.io/managed-by',
];

/** Rules about what the operator's templates make of a NIMService. */
export const NIM_RENDERING_RULES: Rule[] = [
  nimServiceRule('NIM-030', function* ({ nodeSelector }) {
    for (const [key, value] of stringsIn(nodeSelector)) {
      if (survivesUnquoted(value) || unquoted(value) === 'null') { continue; }
      yield {
        path: ['nodeSelector', key],
        message: `nodeSelector ${key}: "${value}" is printed without quotes and ${READ_AS[unquoted(value)]}; the Deployment cannot be made`,
        fix: 'select by affinity.nodeAffinity (NIM Operator 3.0.2 and later), or by another label',
      };
    }
  }),
  nimServiceRule('NIM-031', function* ({ nodeSelector }) {
    for (const [key, value] of stringsIn(nodeSelector)) {
      if (value !== '' && unquoted(value) === 'null') {
        yield { path: ['nodeSelector', key], message: `nodeSelector ${key}: "${value}" is printed without quotes and selects the empty value`, fix: 'select by affinity.nodeAffinity, or by another value' };
      }
    }
  }),
  nimServiceRule('NIM-032', function* (spec, service, model) {
    const own = at(spec, 'storage', 'pvc', 'subPath');
    const shared = at(cacheOf(service, model)?.spec, 'storage', 'pvc', 'subPath');
    const found: [string, Path, unknown][] = [
      ['subPath', ['storage', 'pvc', 'subPath'], own],
      ['subPath of the NIMCache', ['storage', 'nimCache', 'name'], shared],
    ];
    for (const [what, path, value] of found) {
      if (typeof value === 'string' && !survivesUnquoted(value) && !isTemplated(value)) {
        yield { path, message: `${what} "${value}" is printed without quotes and ${READ_AS[unquoted(value)]}`, fix: 'use a folder whose name YAML reads as a string, such as v2024' };
      }
    }
  }),
  nimServiceRule('NIM-033', function* ({ tolerations }) {
    for (const [index, toleration] of listOf(tolerations).entries()) {
      if (isSet(at(toleration, 'tolerationSeconds'))) {
        yield { path: ['tolerations', index, 'tolerationSeconds'], message: 'tolerationSeconds is dropped: the pod tolerates the taint for ever', fix: 'remove it' };
      }
    }
  }),
  nimServiceRule('NIM-034', function* ({ labels }) {
    if ('app' in fieldsOf(labels)) {
      yield { path: ['labels', 'app'], message: 'the label app takes the place of the one that the Deployment selects by, and Kubernetes refuses it', fix: 'use another key' };
    }
  }),
  nimServiceRule('NIM-035', function* ({ labels }) {
    for (const key of Object.keys(fieldsOf(labels)).filter(each => OWN_LABELS.includes(each))) {
      yield { path: ['labels', key], message: `the operator sets ${key} itself, and its value wins`, fix: 'use another key' };
    }
  }),
  nimServiceRule('NIM-036', function* (spec) {
    const pullSecrets = listOf(at(spec, 'image', 'pullSecrets'));
    const found: [Path, unknown][] = [
      ...pullSecrets.map((name, index): [Path, unknown] => [['image', 'pullSecrets', index], name]),
      ...['schedulerName', 'priorityClassName', 'runtimeClassName'].map((key): [Path, unknown] => [[key], spec[key]]),
      [['storage', 'hostPath'], at(spec, 'storage', 'hostPath')],
      [['storage', 'pvc', 'name'], at(spec, 'storage', 'pvc', 'name')],
      ...['initContainers', 'sidecarContainers'].flatMap(list => listOf(spec[list]).flatMap((container, index) =>
        ['name', 'workingDir'].map((key): [Path, unknown] => [[list, index, key], at(container, key)]))),
      ...listOf(spec.draResources).flatMap((resource, index) => listOf(at(resource, 'claimCreationSpec', 'devices')).flatMap((device, number) =>
        ['name', 'deviceClassName'].map((key): [Path, unknown] => [['draResources', index, 'claimCreationSpec', 'devices', number, key], at(device, key)]))),
    ];
    for (const [path, value] of found) {
      const text = textOf(value);
      if (text !== undefined && !survivesUnquoted(text)) {
        const field = path.filter(each => typeof each === 'string').join('.');
        yield { path, message: `${field} "${text}" is printed without quotes and ${READ_AS[unquoted(text)]}`, fix: 'use a name that YAML reads as a string' };
      }
    }
  }),
  nimServiceRule('NIM-037', function* ({ podAffinity }) {
    if (isSet(podAffinity)) { yield { path: ['podAffinity'], message: 'podAffinity is deprecated and never read', fix: 'use affinity.podAffinity (NIM Operator 3.0.2 and later)' }; }
  }),
  nimServiceRule('NIM-038', function* ({ expose }) {
    const name = at(expose, 'service', 'name');
    if (isSet(name) && name !== '') {
      yield { path: ['expose', 'service', 'name'], message: `the Service is named after the NIMService, not "${shown(name)}"`, fix: 'remove it, and name the NIMService so' };
    }
  }),
  wholeNimServiceRule('NIM-039', function* ({ expose }) {
    if (!isSet(at(expose, 'service'))) {
      yield { path: ['expose', 'service'], message: 'without expose.service its default port 8000 is filled in only after a first failed reconcile', fix: 'write expose.service.port' };
    }
  }),
];

/** What the operator's parser makes of a value without quotes. */
const READ_AS: Record<Unquoted, string> = {
  string: 'stays a string',
  null: 'is read as null, which is the empty string',
  boolean: 'is read as a boolean',
  number: 'is read as a number',
  syntax: 'breaks the YAML around it',
};

/** The strings of a map; the schema speaks of what is none. */
function stringsIn(map: unknown): [string, string][] {
  return Object.entries(fieldsOf(map)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
