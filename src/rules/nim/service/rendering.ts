import {
  at, fieldsOf, isTemplated, listOf, Path, survivesUnquoted, textOf, Unquoted, unquoted,
} from '../../../kubernetes';
import { NIM_OPERATOR } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { defineRule, Rule } from '../../rule';
import { cacheOf, isSet, ofNimServices, ofWholeNimServices } from '../nim-check';

/** Labels that the operator sets itself (k8s-nim-operator api/apps/v1alpha1 GetStandardLabels). */
const OWN_LABELS = [
  'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/operator-version',
  'app.kubernetes.io/part-of', 'app.kubernetes.io/managed-by',
];

/** What the operator's parser makes of a value without quotes. */
const READ_AS: Record<Unquoted, string> = {
  string: 'stays a string',
  null: 'is read as null, which is the empty string',
  boolean: 'is read as a boolean',
  number: 'is read as a number',
  syntax: 'breaks the YAML around it',
};

/** Rules about what the operator's templates make of a NIMService. */
export const NIM_RENDERING_RULES: Rule[] = [
  defineRule({
    id: 'NIM-030',
    name: 'node-selector-yaml-value',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    sentence: 'spec.nodeSelector must not hold values that YAML 1.1 reads as boolean (y, n, yes, no, on, off, true, '
      + 'false in any usual case) or number (8, 017, 0x1F, 0b11, 1_000, 1.10, 9.0, 1e3)',
    why: 'the template prints the value without quotes, the object no longer converts to a Deployment and the '
      + 'reconcile fails',
    evidence: 'NVIDIA/k8s-nim-operator@v3.1.2 manifests/deployment.yaml#L210; NVIDIA/k8s-nim-operator@v3.0.2 '
      + 'manifests/deployment.yaml#L161; NVIDIA/k8s-nim-operator@f63f74d7 manifests/lws.yaml#L176, #L365; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/inferenceservice.yaml#L206; NVIDIA/k8s-nim-operator#288',
    check: ofNimServices(function* ({ nodeSelector }) {
      for (const [key, value] of stringsIn(nodeSelector)) {
        if (survivesUnquoted(value) || unquoted(value) === 'null') { continue; }
        yield {
          path: ['nodeSelector', key],
          message: `nodeSelector ${key}: "${value}" is printed without quotes and ${READ_AS[unquoted(value)]}; the `
            + 'Deployment cannot be made',
          fix: `select by affinity.nodeAffinity (NIM Operator ${NIM_OPERATOR.milestones.affinity.begins} and `
            + 'later), or by another label',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-031',
    name: 'node-selector-null',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'the pod runs, on nodes whose label is empty: whoever wants those writes an empty string in quotes',
    sentence: 'no value of spec.nodeSelector is "null"',
    why: 'becomes the empty string without an error',
    evidence: 'NVIDIA/k8s-nim-operator@v3.1.2 manifests/deployment.yaml#L210',
    check: ofNimServices(function* ({ nodeSelector }) {
      for (const [key, value] of stringsIn(nodeSelector)) {
        if (value !== '' && unquoted(value) === 'null') {
          yield {
            path: ['nodeSelector', key],
            message: `nodeSelector ${key}: "${value}" is printed without quotes and selects the empty value`,
            fix: 'select by affinity.nodeAffinity, or by another value',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-032',
    name: 'sub-path-yaml-value',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    refusedAtOnce: true,
    sentence: 'storage.pvc.subPath (of the NIMService, or of the NIMCache it uses) must not be a value YAML reads as '
      + 'number, boolean or null',
    why: 'printed without quotes',
    evidence: 'NVIDIA/k8s-nim-operator@v3.1.2 manifests/deployment.yaml#L85, #L110, #L162; '
      + 'NVIDIA/k8s-nim-operator@v3.0.2 manifests/deployment.yaml#L94',
    check: ofNimServices(function* (spec, service, model) {
      const own = at(spec, 'storage', 'pvc', 'subPath');
      const shared = at(cacheOf(service, model)?.spec, 'storage', 'pvc', 'subPath');
      const found: [string, Path, unknown][] = [
        ['subPath', ['storage', 'pvc', 'subPath'], own],
        ['subPath of the NIMCache', ['storage', 'nimCache', 'name'], shared],
      ];
      for (const [what, path, value] of found) {
        if (typeof value === 'string' && !survivesUnquoted(value) && !isTemplated(value)) {
          yield {
            path,
            message: `${what} "${value}" is printed without quotes and ${READ_AS[unquoted(value)]}`,
            fix: 'use a folder whose name YAML reads as a string, such as v2024',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-033',
    name: 'toleration-seconds',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'tolerations have no tolerationSeconds',
    why: 'no template prints it',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/deployment.yaml#L213-L221; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'manifests/lws.yaml and NVIDIA/k8s-nim-operator@f63f74d7 manifests/inferenceservice.yaml alike',
    check: ofNimServices(function* ({ tolerations }) {
      for (const [index, toleration] of listOf(tolerations).entries()) {
        if (isSet(at(toleration, 'tolerationSeconds'))) {
          yield {
            path: ['tolerations', index, 'tolerationSeconds'],
            message: 'tolerationSeconds is dropped: the pod tolerates the taint for ever',
            fix: 'remove it',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-034',
    name: 'app-label',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    aboutKey: true,
    refusedAtOnce: true,
    sentence: 'spec.labels must not contain the key app',
    why: 'printed after app: <name> in the pod labels; the later key wins, the Deployment selector no longer matches '
      + 'and Kubernetes refuses it',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/deployment.yaml pod template labels; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetServiceLabels',
    check: ofNimServices(function* ({ labels }) {
      if ('app' in fieldsOf(labels)) {
        yield {
          path: ['labels', 'app'],
          message: 'the label app takes the place of the one that the Deployment selects by, and Kubernetes refuses it',
          fix: 'use another key',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-035',
    name: 'operator-labels',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    aboutKey: true,
    sentence: 'spec.labels and spec.annotations cannot override the operator\'s own keys',
    why: 'the standard map wins in the merge',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/utils/utils.go MergeMaps; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'api/apps/v1alpha1/nimservice_types.go GetStandardLabels',
    check: ofNimServices(function* ({ labels }) {
      for (const key of Object.keys(fieldsOf(labels)).filter(each => OWN_LABELS.includes(each))) {
        yield {
          path: ['labels', key],
          message: `the operator sets ${key} itself, and its value wins`,
          fix: 'use another key',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-036',
    name: 'name-yaml-value',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'names of pull secrets, of a claim and of init and sidecar containers, schedulerName, priorityClassName, '
      + 'runtimeClassName and hostPath that YAML reads as something else than a string',
    why: 'printed without quotes like nodeSelector',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/deployment.yaml',
    check: ofNimServices(function* (spec) {
      const pullSecrets = listOf(at(spec, 'image', 'pullSecrets'));
      const found: [Path, unknown][] = [
        ...pullSecrets.map((name, index): [Path, unknown] => [['image', 'pullSecrets', index], name]),
        ...['schedulerName', 'priorityClassName', 'runtimeClassName'].map((key): [Path, unknown] => [[key], spec[key]]),
        [['storage', 'hostPath'], at(spec, 'storage', 'hostPath')],
        [['storage', 'pvc', 'name'], at(spec, 'storage', 'pvc', 'name')],
        ...['initContainers', 'sidecarContainers'].flatMap(list => listOf(spec[list]).flatMap((container, index) =>
          ['name', 'workingDir'].map((key): [Path, unknown] => [[list, index, key], at(container, key)]))),
        ...listOf(spec.draResources).flatMap((resource, index) => listOf(at(resource, 'claimCreationSpec', 'devices')).flatMap((device, number) =>
          ['name', 'deviceClassName'].map((key): [Path, unknown] =>
            [['draResources', index, 'claimCreationSpec', 'devices', number, key], at(device, key)]))),
      ];
      for (const [path, value] of found) {
        const text = textOf(value);
        if (text !== undefined && !survivesUnquoted(text)) {
          const field = path.filter(each => typeof each === 'string').join('.');
          yield {
            path,
            message: `${field} "${text}" is printed without quotes and ${READ_AS[unquoted(text)]}`,
            fix: 'use a name that YAML reads as a string',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-037',
    name: 'pod-affinity',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'spec.podAffinity is left out',
    why: 'deprecated and never read',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go (no reader); replaced by '
      + 'affinity in 3.0.2',
    check: ofNimServices(function* ({ podAffinity }) {
      if (isSet(podAffinity)) {
        yield {
          path: ['podAffinity'],
          message: 'podAffinity is deprecated and never read',
          fix: `use affinity.podAffinity (NIM Operator ${NIM_OPERATOR.milestones.affinity.begins} and later)`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-038',
    name: 'service-name',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'spec.expose.service.name is left out',
    why: 'the Service is named after the NIMService',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetServiceParams',
    check: ofNimServices(function* ({ expose }) {
      const name = at(expose, 'service', 'name');
      if (isSet(name) && name !== '') {
        yield {
          path: ['expose', 'service', 'name'],
          message: `the Service is named after the NIMService, not "${shown(name)}"`,
          fix: 'remove it, and name the NIMService so',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-039',
    name: 'service-port',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'spec.expose.service.port is written',
    why: 'the default 8000 is filled in only when the expose.service object exists; without it the operator '
      + 'dereferences a nil port until its own first write has created the object',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices default on '
      + 'port only; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStandardEnv',
    check: ofWholeNimServices(function* ({ expose }) {
      if (!isSet(at(expose, 'service'))) {
        yield {
          path: ['expose', 'service'],
          message: 'without expose.service its default port 8000 is filled in only after a first failed reconcile',
          fix: 'write expose.service.port',
        };
      }
    }),
  }),
];

/** The strings of a map; the schema speaks of what is none. */
function stringsIn(map: unknown): [string, string][] {
  return Object.entries(fieldsOf(map)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
