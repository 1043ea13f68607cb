import { isSet, mostReplicasOf, nimServiceRule } from './nim-rule';
import { ClaimedDevice, claimedDevicesOf } from '../../cluster';
import { at, canonicalQuantity, compareReleases, Fields, fieldsOf, isFields, listOf, Path, SEMVER, textOf, unquoted } from '../../kubernetes';
import { shown } from '../../text';
import { Rule, RuleFinding } from '../rule';
import { celFault, isPlainlyNoBoolean } from '../values/cel-expression';

type Found = Omit<RuleFinding, 'document'>;

const VALUES = ['boolValue', 'intValue', 'stringValue', 'versionValue'];
const OPERATORS = ['Equal', 'NotEqual', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'];
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SOURCES = ['resourceClaimName', 'resourceClaimTemplateName', 'claimCreationSpec'];

/** Rules about devices that a NIMService claims. */
export const NIM_CLAIM_RULES: Rule[] = [
  nimServiceRule('NIM-110', function* (spec) {
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      const given = SOURCES.filter(each => isSet(at(resource, each)));
      if (given.length !== 1) {
        yield { path: ['draResources', index], message: `draResources[${index}] has ${given.length === 0 ? 'no source of a claim' : given.join(' and ')}; it takes exactly one`, fix: `write one of ${SOURCES.join(', ')}` };
      }
    }
  }),
  nimServiceRule('NIM-112', function* (spec, _, model) {
    const release = model.declaredRelease('kubernetes');
    if (listOf(spec.draResources).length > 0 && release !== undefined && compareReleases(release, '1.34') < 0) {
      yield { path: ['draResources'], message: `draResources needs Kubernetes 1.34 or later, and the cluster has ${release}: the NIMService fails`, fix: 'upgrade, or use the device plugin' };
    }
  }),
  nimServiceRule('NIM-113', function* (spec, _, model) {
    const [release, operator] = [model.declaredRelease('kubernetes'), model.declaredRelease('nim-operator')];
    if (listOf(spec.draResources).length === 0 || release === undefined || operator === undefined) { return; }
    const old = compareReleases(release, '1.33') < 0;
    yield {
      path: ['draResources'],
      message: old ? `draResources needs Kubernetes 1.33 or later, and the cluster has ${release}`
        : `NIM Operator ${operator} writes resource.k8s.io/v1beta2, which Kubernetes ${release} serves only where it was switched on`,
      fix: old ? 'upgrade Kubernetes' : 'upgrade the NIM Operator to 3.1, or have the API server serve v1beta2',
      ...(old && { severity: 'error' as const }),
    };
  }),
  nimServiceRule('NIM-114', function* (spec) {
    const pods = mostReplicasOf(spec);
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      if (isSet(at(resource, 'resourceClaimName')) && pods > 1) {
        yield { path: ['draResources', index, 'resourceClaimName'], message: `up to ${pods} replicas with one claim: they all run on the same device`, fix: 'use resourceClaimTemplateName, which gives each a claim of its own' };
      }
    }
  }),
  nimServiceRule('NIM-115', function* (spec) {
    const names = listOf(spec.draResources).map(each => textOf(at(each, 'resourceClaimName')));
    for (const [index, name] of names.entries()) {
      if (name !== undefined && names.indexOf(name) < index) {
        yield { path: ['draResources', index, 'resourceClaimName'], message: `the claim ${name} is named twice`, fix: 'name it once' };
      }
    }
  }),
  nimServiceRule('NIM-116', function* (spec) {
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      const creation = at(resource, 'claimCreationSpec');
      if (isFields(creation) && listOf(creation.devices).length === 0) {
        yield { path: ['draResources', index, 'claimCreationSpec'], message: 'claimCreationSpec asks for no device', fix: 'write devices: [{name: gpu}]' };
      }
    }
  }),
  nimServiceRule('NIM-117', function* (spec) {
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      const names = listOf(at(resource, 'claimCreationSpec', 'devices')).map(each => textOf(at(each, 'name')) ?? '');
      for (const [number, name] of names.entries()) {
        const wrong = !DNS_LABEL.test(name) ? `"${name}" cannot name a request: it is a DNS label, without dots` : names.indexOf(name) < number ? `two devices are called ${name}` : undefined;
        if (wrong !== undefined) { yield { path: ['draResources', index, 'claimCreationSpec', 'devices', number, 'name'], message: wrong, fix: 'use lower-case letters, digits and "-", each name once' }; }
      }
    }
  }),
  deviceRule('NIM-118', function* ({ fields: { count }, path }) {
    if (typeof count === 'number' && count <= 0) { yield { path: [...path, 'count'], message: `a count of ${count} is left out and means 1`, fix: 'write 1 or more' }; }
  }),
  deviceRule('NIM-119', function* ({ fields, path }) {
    const beside = ['attributeSelectors', 'capacitySelectors'].find(each => isSet(fields[each])); // empty ones count too
    if (isSet(fields.celExpressions) && beside !== undefined) {
      yield { path: [...path, 'celExpressions'], message: `celExpressions beside ${beside}: the API server refuses both together`, fix: 'say all of it in celExpressions' };
    }
  }),
  selectorRule('NIM-120', function* (selector) {
    const given = VALUES.filter(each => isSet(at(selector, 'value', each)));
    if (given.length !== 1) {
      yield { key: isSet(at(selector, 'value')) ? 'value' : undefined, message: given.length === 0 ? 'the selector has no value, and the operator fails on it' : `the selector has ${given.join(' and ')}; ${given[0]} is used`, fix: `write one of ${VALUES.join(', ')}` };
    }
  }),
  selectorRule('NIM-121', function* (selector) {
    const value = ['boolValue', 'stringValue'].find(each => isSet(at(selector, 'value', each)));
    const op = at(selector, 'op');
    if (value !== undefined && isSet(op) && op !== 'Equal' && op !== 'NotEqual' && OPERATORS.includes(String(op))) {
      yield { key: 'op', message: `${shown(op)} cannot compare a ${value}`, fix: 'write Equal or NotEqual, or compare a versionValue or intValue' };
    }
  }),
  selectorRule('NIM-122', function* (selector) {
    const version = at(selector, 'value', 'versionValue');
    if (isSet(version) && !SEMVER.test(String(version))) {
      yield { key: 'value', message: `versionValue "${shown(version)}" is no full version`, fix: 'write three numbers, such as 9.0.0' };
    }
  }),
  deviceRule('NIM-123', function* ({ fields, path }) {
    const driver = textOf(fields.driverName) ?? 'gpu.nvidia.com';
    const selectors = ['attributeSelectors', 'capacitySelectors'].flatMap(list => listOf(fields[list]).map((each, index) => {
      const key = String(at(each, 'key') ?? '');
      return { place: [...path, list, index, 'key'], key: key.includes('/') ? key : `${driver}/${key}` };
    }));
    for (const [index, { place, key }] of selectors.entries()) {
      if (selectors.findIndex(each => each.key === key) < index) {
        yield { path: place, message: `${key} is selected by twice, which the webhook refuses`, fix: 'say both conditions in one of celExpressions' };
      }
    }
  }),
  nimServiceRule('NIM-124', function* (spec) {
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      const place: Path = ['draResources', index];
      const generated = at(resource, 'claimCreationSpec', 'generateName');
      if (typeof generated === 'string' && (generated.length < 1 || generated.length > 16)) {
        yield { path: [...place, 'claimCreationSpec', 'generateName'], message: `generateName has ${generated.length} characters; it has 1 to 16`, fix: 'make it shorter' };
      }
      for (const key of ['resourceClaimName', 'resourceClaimTemplateName']) {
        const name = textOf(at(resource, key));
        if (name !== undefined && name.length > 253) { yield { path: [...place, key], message: `${key} has ${name.length} characters; it has at most 253`, fix: 'make it shorter' }; }
      }
      for (const [number, device] of listOf(at(resource, 'claimCreationSpec', 'devices')).entries()) {
        for (const list of ['attributeSelectors', 'capacitySelectors']) {
          for (const [nth, selector] of listOf(at(device, list)).entries()) {
            const texts = [at(selector, 'key'), at(selector, 'value', 'stringValue'), at(selector, 'value', 'versionValue')];
            const long = texts.find(each => typeof each === 'string' && each.length > 64);
            const op = at(selector, 'op');
            const at_ = [...place, 'claimCreationSpec', 'devices', number, list, nth];
            if (long !== undefined) { yield { path: at_, message: `"${String(long).slice(0, 20)}…" has ${String(long).length} characters; keys and values have at most 64`, fix: 'make it shorter' }; }
            if (isSet(op) && !OPERATORS.includes(String(op))) { yield { path: [...at_, 'op'], message: `op "${shown(op)}" is none`, fix: `write one of ${OPERATORS.join(', ')}` }; }
          }
        }
      }
    }
  }),
  expressionRule('NIM-125', written => {
    const expression = written.trimEnd(); // a block scalar ends with a line break, which does no harm
    if (/\n/.test(expression)) { return 'has several lines'; }
    if (/: |:$/.test(expression)) { return 'has a colon before a blank'; }
    if (/ #/.test(expression)) { return 'has " #", and what follows is cut off in silence'; }
    const read = unquoted(expression);
    return read === 'syntax' ? `begins with ${expression[0]}` : read !== 'string' ? `is read as a ${read}` : undefined;
  }, fault => ({ message: `the expression ${fault}; it is printed into YAML without quotes`, fix: 'put it into parentheses, on one line, without ": " and " #"' })),
  expressionRule('NIM-126', expression => celFault(expression) ?? (isPlainlyNoBoolean(expression) ? 'it is no boolean' : undefined),
    fault => ({ message: `the expression cannot compile: ${fault}`, fix: 'mend it' })),
  nimServiceRule('NIM-127', function* (spec, { inPipeline }) {
    if (inPipeline) { return; } // its NIMService is written by the operator, as the operator writes it
    for (const path of emptyListsOf(spec)) {
      yield { path, message: `an empty ${shown(path[path.length - 1])} is dropped by the operator's own first write, which then counts as a change and is refused`, fix: 'leave it out' };
    }
    for (const { path, fields } of devicesOf(spec)) {
      for (const [index, selector] of listOf(fields.capacitySelectors).entries()) {
        const value = at(selector, 'value');
        const canonical = canonicalQuantity(value);
        if (canonical !== undefined && canonical !== value) {
          yield {
            path: [...path, 'capacitySelectors', index, 'value'],
            message: `${JSON.stringify(value)} is printed as "${canonical}" by the operator's own first write, which then counts as a change and is refused`,
            fix: `write "${canonical}"`,
          };
        }
      }
    }
  }),
  nimServiceRule('NIM-128', function* (spec, { document }, model) {
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      const [kind, key] = isSet(at(resource, 'resourceClaimName')) ? ['ResourceClaim', 'resourceClaimName'] : ['ResourceClaimTemplate', 'resourceClaimTemplateName'];
      const name = at(resource, key);
      const claim = model.claims.find(({ document: each }) => each.kind === kind && each.name === name && each.namespace === document.namespace);
      const known = claim?.requests.flatMap(each => [each.name, each.name.split('/')[0]]) ?? [];
      for (const [number, request] of listOf(at(resource, 'requests')).entries()) {
        const wanted = String(isFields(request) ? request.name : request);
        if (claim !== undefined && !known.includes(wanted)) {
          yield { path: ['draResources', index, 'requests', number], message: `${kind} ${shown(name)} has no request ${wanted}; it has ${[...new Set(known)].join(', ')}`, fix: 'use one of these, or leave requests out' };
        }
      }
    }
  }),
  nimServiceRule('NIM-129', function* (spec) {
    for (const [index, resource] of listOf(spec.draResources).entries()) {
      const creation = fieldsOf(at(resource, 'claimCreationSpec'));
      const devices = listOf(creation.devices).map(each => fieldsOf(each));
      const unknown = ['config', 'constraints'].find(each => isSet(creation[each]))
        ?? ['firstAvailable', 'capacity', 'config'].find(each => devices.some(device => isSet(device[each])));
      if (unknown !== undefined) {
        yield { path: ['draResources', index, 'claimCreationSpec'], message: `claimCreationSpec has no ${unknown}; it is dropped`, fix: 'write a ResourceClaimTemplate and name it' };
      }
    }
  }),
];

interface Device { readonly path: Path; readonly fields: Readonly<Fields> }

function devicesOf(spec: Readonly<Fields>): Device[] {
  return listOf(spec.draResources).flatMap((resource, index) => listOf(at(resource, 'claimCreationSpec', 'devices')).map((device, number) => (
    { path: ['draResources', index, 'claimCreationSpec', 'devices', number], fields: fieldsOf(device) })));
}

function emptyListsOf(spec: Readonly<Fields>): Path[] {
  const places: Path[] = [
    ['draResources'],
    ...listOf(spec.draResources).map((_, index): Path => ['draResources', index, 'requests']),
    ...devicesOf(spec).flatMap(({ path }) => ['attributeSelectors', 'capacitySelectors', 'celExpressions'].map((list): Path => [...path, list])),
  ];
  return places.filter(place => Array.isArray(at(spec, ...place)) && listOf(at(spec, ...place)).length === 0);
}

function deviceRule(id: string, check: (device: ClaimedDevice) => Iterable<Found>): Rule {
  return {
    id,
    *check(model) {
      for (const service of model.nimServices) {
        for (const device of claimedDevicesOf(service)) {
          for (const found of check(device)) {
            yield { document: service.document, ...found };
          }
        }
      }
    },
  };
}

/** A check of every attribute selector; `key` is the field that is at fault. */
function selectorRule(id: string, check: (selector: unknown) => Iterable<{ key?: string; message: string; fix: string }>): Rule {
  return deviceRule(id, function* ({ fields, path }) {
    for (const [index, selector] of listOf(fields.attributeSelectors).entries()) {
      for (const { key, message, fix } of check(selector)) {
        yield { path: [...path, 'attributeSelectors', index, ...(key === undefined ? [] : [key])], message, fix };
      }
    }
  });
}

function expressionRule(
  id: string, faultOf: (expression: string) => string | undefined, say: (fault: string) => { message: string; fix: string },
): Rule {
  return deviceRule(id, function* ({ fields, path }) {
    for (const [index, expression] of listOf(fields.celExpressions).entries()) {
      const fault = typeof expression === 'string' ? faultOf(expression) : undefined;
      if (fault !== undefined) { yield { path: [...path, 'celExpressions', index], ...say(fault) }; }
    }
  });
}
