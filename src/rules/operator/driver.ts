import { ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, stringsOf, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { REFUSED } from '../false-alarms';
import { areApart, severityTogether } from '../folders';
import { defineRule, Rule } from '../rule';

const OWNER = 'nvidia.com/gpu-operator.driver.owner';

/** Label pairs that a driver's nodes must have; a driver without a selector takes every GPU node. */
function selectorOf(driver: ManifestDocument): string[] {
  return Object.entries(stringsOf(driver.spec.nodeSelector)).map(([key, value]) => `${key}=${value}`)
    .filter(pair => pair !== 'nvidia.com/gpu.present=true').sort();
}

/** Every choice of some of the pairs, none and all of them included. */
function choicesOf(pairs: string[]): string[][] {
  return pairs.reduce<string[][]>((choices, pair) => [...choices, ...choices.map(each => [...each, pair])], [[]]);
}

/** A selector of more pairs is not taken apart: it has too many choices. */
const MOST_PAIRS = 8;

/** Rules about NVIDIADrivers. */
export const DRIVER_RULES: Rule[] = [
  defineRule({
    id: 'DRV-001',
    name: 'default-driver-selector',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: GPU_OPERATOR.milestones.defaultDriver,
    sentence: 'a default NVIDIADriver has no nodeSelector, and a cluster has one default at most',
    why: 'a CEL rule of the CRD refuses the two together, and the validator a second default',
    evidence: 'NVIDIA/gpu-operator, CRD nvidiadrivers of v25.10.1, v26.3.3 and v26.7.0; NVIDIA/gpu-operator@a22dbf67 '
      + 'internal/validator/validator.go',
    *check(model) {
      const standards = model.ofKind('NVIDIADriver').filter(({ spec }) => spec.default === true);
      for (const [index, driver] of standards.entries()) {
        if (Object.keys(fieldsOf(driver.spec.nodeSelector)).length > 0) {
          yield {
            document: driver,
            path: ['spec', 'nodeSelector'],
            message: `NVIDIADriver ${driver.name} is the default and has a nodeSelector; the API `
              + 'server refuses both together',
            fix: 'remove nodeSelector, or default: true',
          };
        }
        if (index > 0 && driver.name !== standards[0].name) {
          yield {
            document: driver,
            path: ['spec', 'default'],
            message: `NVIDIADriver ${driver.name} is a second default beside ${standards[0].name}`,
            fix: 'keep one default, and give the other a nodeSelector',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRV-002',
    name: 'overlapping-drivers',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no node matches two NVIDIADrivers that are no default; without a selector, one matches every GPU node',
    why: 'conflict stops driver handling of all of them. Decided on real nodes: selectors on different keys may or '
      + 'may not meet; equal selectors, or one whose pairs all occur in another, always do',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 internal/nvidiadriver/nvidiadriver.go#L132-L151; '
      + 'NVIDIA/gpu-operator@a22dbf67 internal/validator/validator.go (25.10-26.7)',
    *check(model) {
      const drivers = model.ofKind('NVIDIADriver')
        .filter(({ spec }) => spec.default !== true && spec.nodeAffinity === undefined);
      const bySelector = new Map<string, ManifestDocument[]>();
      for (const driver of drivers) {
        const key = selectorOf(driver).join(',');
        const known = bySelector.get(key);
        if (known === undefined) { bySelector.set(key, [driver]); } else { known.push(driver); }
      }
      for (const driver of drivers) {
        const pairs = selectorOf(driver);
        if (pairs.length > MOST_PAIRS) { continue; }
        // of two equal selectors the later object is named, else the narrower one
        const other = choicesOf(pairs).map(choice => bySelector.get(choice.join(','))?.[0])
          .find(each => each !== undefined && each.name !== driver.name && !areApart(model, each, driver));
        if (other !== undefined) {
          yield {
            document: driver,
            path: isFields(driver.spec.nodeSelector) ? ['spec', 'nodeSelector'] : ['spec'],
            message: `every node of NVIDIADriver ${driver.name} is also one of ${other.name} `
              + `(${selectorOf(other).join(', ') || 'which takes every GPU node'}); the operator then handles neither`,
            fix: 'give them selectors that no node matches both of',
            ...severityTogether(model, other, driver),
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRV-003',
    name: 'driver-owner-selector',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'the cluster works until the operator puts its own value there: the label is its own',
    since: GPU_OPERATOR.milestones.driverOwnerLabel,
    sentence: 'the nodeSelector of an NVIDIADriver does not use nvidia.com/gpu-operator.driver.owner',
    why: 'reserved',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/nvidia/v1alpha1/nvidiadriver_types.go#L556-L567',
    *check(model) {
      for (const driver of model.ofKind('NVIDIADriver')) {
        if (Object.hasOwn(fieldsOf(driver.spec.nodeSelector), OWNER)) {
          yield {
            document: driver,
            path: ['spec', 'nodeSelector', OWNER],
            message: `${OWNER} is written by the operator and may not be selected by`,
            fix: 'select a label of your own',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRV-004',
    name: 'driver-crd-not-used',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a cluster can hold the object, and nothing acts on it. Beside a GPUCluster, and of a ClusterPolicy '
      + 'of which the files show a part, nothing is said',
    sentence: 'an NVIDIADriver beside a ClusterPolicy needs spec.driver.useNvidiaDriverCRD: true there (not beside a '
      + 'GPUCluster)',
    why: '"useNvidiaDriverCRD is not enabled in ClusterPolicy": the object is not acted on',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/nvidiadriver_controller.go#L117-L130; NVIDIA/gpu-operator, CRD '
      + 'nvidiadrivers of v26.7.0',
    *check(model) {
      if (model.ofKind('GPUCluster').length > 0 || model.policies.length === 0) { return; }
      const says = (policy: ManifestDocument) => at(policy.spec, 'driver', 'useNvidiaDriverCRD');
      // where a policy is a part of the real one, only an explicit false counts
      const inHelm = model.valuesOf('gpu-operator')
        .map(values => at(values.value, 'values', 'driver', 'nvidiaDriverCRD', 'enabled'));
      const leavesItOut = (policy: ManifestDocument) =>
        says(policy) === undefined && (isWhole(policy) || inHelm.includes(false));
      const off = model.policies.every(policy => says(policy) === false || leavesItOut(policy));
      if (!off || inHelm.includes(true)) { return; }
      for (const driver of model.ofKind('NVIDIADriver')) {
        yield {
          document: driver,
          path: ['spec'],
          message: `NVIDIADriver ${driver.name} is not acted on: useNvidiaDriverCRD is not set in ClusterPolicy `
            + `${model.policies[0].name}`,
          fix: 'set spec.driver.useNvidiaDriverCRD: true there',
        };
      }
    },
  }),
];

/** Whether a policy has the sections that every whole one has. */
function isWhole(policy: ManifestDocument): boolean {
  return textOf(policy.annotations['cdk8s-gpu/form']) !== 'partial'
    && isFields(policy.spec.driver)
    && isFields(policy.spec.toolkit)
    && isFields(policy.spec.operator);
}
