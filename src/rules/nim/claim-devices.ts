import { isSet, ofNimServices } from './nim-check';
import { ClaimedDevice, claimedDevicesOf } from '../../cluster';
import { at, isFields, listOf, Path, SEMVER, textOf, unquoted } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { inShort, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { Check, defineRule, Rule, RuleFinding } from '../rule';
import { celFault, isPlainlyNoBoolean } from '../values/cel-expression';

type Found = Omit<RuleFinding, 'document'>;

const VALUES = ['boolValue', 'intValue', 'stringValue', 'versionValue'];

const OPERATORS = ['Equal', 'NotEqual', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'];

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Rules about the devices that a NIMService claims: counts, selectors, expressions. */
export const NIM_CLAIM_DEVICE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-116',
    name: 'claim-without-devices',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'claimCreationSpec.devices must not be empty',
    why: 'webhook; an empty list yields a claim that asks for nothing',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateDRAClaimCreationSpec',
    check: ofNimServices(function* (spec) {
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        const creation = at(resource, 'claimCreationSpec');
        if (isFields(creation) && listOf(creation.devices).length === 0) {
          yield {
            path: ['draResources', index, 'claimCreationSpec'],
            message: 'claimCreationSpec asks for no device',
            fix: 'write devices: [{name: gpu}]',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-117',
    name: 'claim-device-name',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'claimCreationSpec.devices[].name: DNS label (no dots, at most 63), unique in the list',
    why: 'becomes the request name of the generated template; the CRD pattern allows more',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/dra_types.go DRADeviceSpec; '
      + 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go DeviceRequest.Name',
    check: ofNimServices(function* (spec) {
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        const names = listOf(at(resource, 'claimCreationSpec', 'devices')).map(each => textOf(at(each, 'name')) ?? '');
        const seen = new Set<string>();
        for (const [number, name] of names.entries()) {
          const wrong = !DNS_LABEL.test(name)
            ? `"${inShort(name)}" cannot name a request: it is a DNS label, without dots`
            : seen.has(name)
              ? `two devices are called ${name}`
              : undefined;
          seen.add(name);
          if (wrong !== undefined) {
            yield {
              path: ['draResources', index, 'claimCreationSpec', 'devices', number, 'name'],
              message: wrong,
              fix: 'use lower-case letters, digits and "-", each name once',
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-118',
    name: 'claim-device-count',
    area: 'NIMService DRA',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'claimCreationSpec.devices[].count is above 0',
    why: 'webhook; without it 0 is left out of the rendered request and counts as 1',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateDRADeviceSpec',
    check: ofDevices(function* ({ fields: { count }, path }) {
      if (typeof count === 'number' && count <= 0) {
        yield {
          path: [...path, 'count'],
          message: `a count of ${count} is left out and means 1`,
          fix: 'write 1 or more',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-119',
    name: 'cel-with-selectors',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.draResources,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'celExpressions must not be combined with attributeSelectors or capacitySelectors',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD '
      + 'nimservices CEL on devices[]',
    check: ofDevices(function* ({ fields, path }) {
      // empty ones count too
      const beside = ['attributeSelectors', 'capacitySelectors'].find(each => isSet(fields[each]));
      if (isSet(fields.celExpressions) && beside !== undefined) {
        yield {
          path: [...path, 'celExpressions'],
          message: `celExpressions beside ${beside}: the API server refuses both together`,
          fix: 'say all of it in celExpressions',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-120',
    name: 'selector-value',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'attributeSelectors[].value is mandatory with exactly one of boolValue, intValue, '
      + 'stringValue, versionValue',
    why: 'optional in the schema; a missing value is a nil dereference in operator and webhook, of several the first '
      + 'in that order wins',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/dra_types.go GetValue, GetCELExpression; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go; '
      + 'NVIDIA/k8s-nim-operator#872',
    check: ofSelectors(function* (selector) {
      const given = VALUES.filter(each => isSet(at(selector, 'value', each)));
      if (given.length !== 1) {
        yield {
          key: isSet(at(selector, 'value')) ? 'value' : undefined,
          message: given.length === 0
            ? 'the selector has no value, and the operator fails on it'
            : `the selector has ${given.join(' and ')}; ${given[0]} is used`,
          fix: `write one of ${VALUES.join(', ')}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-121',
    name: 'selector-operator',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'boolValue and stringValue accept only op Equal or NotEqual',
    why: 'the expression builder returns an error for other operators',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/k8sutil/cel/cel.go boolOperators, stringOperators',
    check: ofSelectors(function* (selector) {
      const value = ['boolValue', 'stringValue'].find(each => isSet(at(selector, 'value', each)));
      const op = at(selector, 'op');
      if (value !== undefined && isSet(op) && op !== 'Equal' && op !== 'NotEqual' && OPERATORS.includes(shown(op))) {
        yield {
          key: 'op',
          message: `${shown(op)} cannot compare a ${value}`,
          fix: 'write Equal or NotEqual, or compare a versionValue or intValue',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-122',
    name: 'selector-version',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'versionValue must be a full semantic version (x.y.z)',
    why: 'parsed at reconcile and by the webhook',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go '
      + 'validateDRAResources; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go',
    check: ofSelectors(function* (selector) {
      const version = at(selector, 'value', 'versionValue');
      if (isSet(version) && !SEMVER.test(shown(version))) {
        yield {
          key: 'value',
          message: `versionValue "${shown(version)}" is no full version`,
          fix: 'write three numbers, such as 9.0.0',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-123',
    name: 'repeated-selector-key',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'selector keys must be unique over attributeSelectors and capacitySelectors of a device',
    why: 'webhook; memory and gpu.nvidia.com/memory are the same key for driver gpu.nvidia.com',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateDRADeviceSpec',
    check: ofDevices(function* ({ fields, path }) {
      const driver = textOf(fields.driverName) ?? 'gpu.nvidia.com';
      const selectors = [
        'attributeSelectors', 'capacitySelectors',
      ].flatMap(list => listOf(fields[list]).map((each, index) => {
        const key = shown(at(each, 'key') ?? '');
        return { place: [...path, list, index, 'key'], key: key.includes('/') ? key : `${driver}/${key}` };
      }));
      const seen = new Set<string>();
      for (const { place, key } of selectors) {
        if (seen.has(key)) {
          yield {
            path: place,
            message: `${key} is selected by twice, which the webhook refuses`,
            fix: 'say both conditions in one of celExpressions',
          };
        }
        seen.add(key);
      }
    }),
  }),
  defineRule({
    id: 'NIM-124',
    name: 'claim-field-lengths',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.draResources,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'lengths: generateName 1 to 16, selector key <= 64, stringValue and versionValue <= 64, names <= 253; op '
      + 'in the enum of six',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices bounds',
    check: ofNimServices(function* (spec) {
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        const place: Path = ['draResources', index];
        const generated = at(resource, 'claimCreationSpec', 'generateName');
        if (typeof generated === 'string' && (generated.length < 1 || generated.length > 16)) {
          yield {
            path: [...place, 'claimCreationSpec', 'generateName'],
            message: `generateName has ${generated.length} characters; it has 1 to 16`,
            fix: 'make it shorter',
          };
        }
        for (const key of ['resourceClaimName', 'resourceClaimTemplateName']) {
          const name = textOf(at(resource, key));
          if (name !== undefined && name.length > 253) {
            yield {
              path: [...place, key],
              message: `${key} has ${name.length} characters; it has at most 253`,
              fix: 'make it shorter',
            };
          }
        }
        for (const [number, device] of listOf(at(resource, 'claimCreationSpec', 'devices')).entries()) {
          for (const list of ['attributeSelectors', 'capacitySelectors']) {
            for (const [nth, selector] of listOf(at(device, list)).entries()) {
              const texts = [
                at(selector, 'key'),
                at(selector, 'value', 'stringValue'),
                at(selector, 'value', 'versionValue'),
              ];
              const long = texts.find(each => typeof each === 'string' && each.length > 64);
              const op = at(selector, 'op');
              const at_ = [...place, 'claimCreationSpec', 'devices', number, list, nth];
              if (long !== undefined) {
                yield {
                  path: at_,
                  message: `"${shown(long).slice(0, 20)}…" has ${shown(long).length} characters; keys `
                    + 'and values have at most 64',
                  fix: 'make it shorter',
                };
              }
              if (isSet(op) && !OPERATORS.includes(shown(op))) {
                yield {
                  path: [...at_, 'op'],
                  message: `op "${shown(op)}" is none`,
                  fix: `write one of ${OPERATORS.join(', ')}`,
                };
              }
            }
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-125',
    name: 'cel-in-yaml',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'celExpressions entries must survive unquoted YAML: one line, no ": ", no " #", not starting with ! " \' '
      + '[ { & * | > % @ or a backtick',
    why: 'the template prints the expression bare; most cases fail at reconcile, " #" cuts the rest off silently',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/resourceclaimtemplate.yaml expression line',
    check: ofExpressions(written => {
      const expression = written.trimEnd(); // a block scalar ends with a line break, which does no harm
      if (/\n/.test(expression)) { return 'has several lines'; }
      if (/: |:$/.test(expression)) { return 'has a colon before a blank'; }
      if (/ #/.test(expression)) { return 'has " #", and what follows is cut off in silence'; }
      const read = unquoted(expression);
      return read === 'syntax'
        ? `begins with ${expression[0]}`
        : read !== 'string'
          ? `is read as a ${read}`
          : undefined;
    }, fault => ({
      message: `the expression ${fault}; it is printed into YAML without quotes`,
      fix: 'put it into parentheses, on one line, without ": " and " #"',
    })),
  }),
  defineRule({
    id: 'NIM-126',
    name: 'cel-compiles',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'celExpressions entries must compile as DRA CEL: words, brackets, operators and variables are checked, '
      + 'types are not',
    why: 'compiled by the operator before the template is written',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/resourceclaims.go GetDRADeviceCELExpressions; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/k8sutil/cel/cel.go ValidateExpr',
    check: ofExpressions(expression =>
      celFault(expression) ?? (isPlainlyNoBoolean(expression) ? 'it is no boolean' : undefined),
    fault => ({ message: `the expression cannot compile: ${fault}`, fix: "write a comparison, such as device.attributes['gpu.nvidia.com'].profile == '3g.40gb'" })),
  }),
];

function ofDevices(check: (device: ClaimedDevice) => Iterable<Found>): Check {
  return function* (model) {
    for (const service of model.nimServices) {
      for (const device of claimedDevicesOf(service)) {
        for (const found of check(device)) {
          yield { document: service.document, ...found };
        }
      }
    }
  };
}

/** A check of every attribute selector; `key` is the field that is at fault. */
function ofSelectors(check: (selector: unknown) => Iterable<{ key?: string; message: string; fix: string }>): Check {
  return ofDevices(function* ({ fields, path }) {
    for (const [index, selector] of listOf(fields.attributeSelectors).entries()) {
      for (const { key, message, fix } of check(selector)) {
        yield { path: [...path, 'attributeSelectors', index, ...(key === undefined ? [] : [key])], message, fix };
      }
    }
  });
}

function ofExpressions(
  faultOf: (expression: string) => string | undefined, say: (fault: string) => { message: string; fix: string },
): Check {
  return ofDevices(function* ({ fields, path }) {
    for (const [index, expression] of listOf(fields.celExpressions).entries()) {
      const fault = typeof expression === 'string' ? faultOf(expression) : undefined;
      if (fault !== undefined) { yield { path: [...path, 'celExpressions', index], ...say(fault) }; }
    }
  });
}
