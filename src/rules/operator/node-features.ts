import { matchersOf } from './feature-expressions';
import { ClusterModel, EmbeddedFile, LabelValue, ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, listOf, Path, textOf } from '../../kubernetes';
import { isSlipOf, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule, RuleFinding } from '../rule';

/** Operations of an expression (node-feature-discovery api/nfd/v1alpha1/types.go). */
const OPERATIONS = [
  'In', 'NotIn', 'InRegexp', 'Exists', 'DoesNotExist', 'Gt', 'Ge', 'Lt', 'Le', 'GtLt', 'GeLe', 'IsTrue', 'IsFalse',
];

/**
 * What the sources of NFD find; files and other agents may add features of other names (node-feature-discovery source).
 */
const FEATURES = [
  'cpu.cpuid', 'cpu.cstate', 'cpu.model', 'cpu.pstate', 'cpu.rdt', 'cpu.security', 'cpu.sst', 'cpu.topology',
  'cpu.coprocessor', 'kernel.config', 'kernel.loadedmodule', 'kernel.enabledmodule', 'kernel.selinux', 'kernel.version',
  'local.label', 'local.feature', 'memory.nv', 'memory.numa', 'memory.swap', 'memory.hugepages', 'network.device',
  'network.virtual', 'pci.device', 'storage.block', 'system.osrelease', 'system.name', 'system.dmiid', 'usb.device',
  'rule.matched',
];

/** Attributes of pci.device that are ids (node-feature-discovery source/pci/utils.go). */
const PCI_IDS = ['class', 'vendor', 'device', 'subsystem_vendor', 'subsystem_device'];

/** Rules about node feature discovery, which writes the labels that everything else is selected by. */
export const NODE_FEATURE_RULES: Rule[] = [
  defineRule({
    id: 'NFD-001',
    name: 'pci-label-fields',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a cluster whose labels come from elsewhere than this NFD works with it; what is told is that this '
      + 'NFD will not give them',
    sentence: 'NFD sources.pci.deviceLabelFields must be, as a set, {vendor} or {class,vendor} (the default), and '
      + 'deviceClassWhitelist must cover 0300 and 0302',
    why: 'operator only accepts pci-10de.present / pci-0302_10de.present / pci-0300_10de.present; adding "device" '
      + 'makes them vanish and the operator removes its labels, i.e. the whole stack. Exception: another rule or '
      + 'person sets one of the three labels. A warning where one class alone is missing, as the boards may be of the '
      + 'other, and where nothing of the operator is to be seen',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go gpuNodeLabels (25.10 to 26.7); '
      + 'kubernetes-sigs/node-feature-discovery@76e6cc8c source/pci/pci.go#L84-L130; NVIDIA/gpu-operator#1469',
    *check(model) {
      const given = ['pci-10de', 'pci-0302_10de', 'pci-0300_10de'].some(name =>
        model.labelValues(`feature.node.kubernetes.io/${name}.present`).length > 0);
      if (given) { return; } // somebody else sets what the operator looks for
      // where nothing of the operator is to be seen, the cluster may have none
      const seen = [
        'ClusterPolicy', 'NVIDIADriver', 'GPUCluster', 'HelmValues', 'NodeFeatureDiscovery',
      ].some(kind => model.ofKind(kind).length > 0);
      const doubtful = !seen && { severity: 'warning' as const };
      for (const { config, place } of workerConfigs(model)) {
        const pci = at(config, 'sources', 'pci');
        const fields = at(pci, 'deviceLabelFields');
        const names = Array.isArray(fields) ? [...new Set(fields.map(shown))].sort().join(', ') : undefined;
        if (names !== undefined && names !== 'vendor' && names !== 'class, vendor') {
          yield {
            ...place(['sources', 'pci', 'deviceLabelFields']),
            message: `deviceLabelFields is [${names}]: the operator finds GPU nodes by labels of vendor, or class `
              + 'and vendor, and takes its own labels away',
            fix: 'write deviceLabelFields: [vendor]',
            ...doubtful,
          };
        }
        const classes = at(pci, 'deviceClassWhitelist');
        // a whole class covers its subclasses: 03 stands for 0300 and 0302
        const lacking = Array.isArray(classes)
          ? ['0300', '0302'].filter(name => !classes.some(each => name.startsWith(shown(each))))
          : [];
        if (lacking.length > 0) {
          yield {
            ...place(['sources', 'pci', 'deviceClassWhitelist']),
            message: `deviceClassWhitelist has no ${lacking.join(' and no ')}, so GPUs of that class are not seen`,
            fix: `add "${lacking.join('" and "')}"`,
            ...doubtful,
            ...lacking.length === 1 && { severity: 'warning' as const }, // the boards may all be of the other class
          };
        }
      }
    },
  }),
  defineRule({
    id: 'NFD-002',
    name: 'node-feature-rule-form',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'an unknown feature or a wrongly written id is taken by the API server and matches no node; a '
      + 'missing name or an unknown operator is refused',
    refusedAtOnce: true,
    sentence: 'NodeFeatureRule: rules[].name required, matchFeatures[].feature is <domain>.<feature>; op enum of 13; '
      + 'pci device ids are lowercase hex without 0x',
    why: 'CRD refuses missing names and unknown ops; an unknown feature name or a wrongly written id is accepted and '
      + 'never matches (logged at high verbosity only)',
    evidence: 'kubernetes-sigs/node-feature-discovery, CRD nodefeaturerules of v0.19.0; '
      + 'kubernetes-sigs/node-feature-discovery@76e6cc8c source/pci/utils.go#L42',
    *check(model) {
      for (const document of model.ofKind('NodeFeatureRule')) {
        for (const [index, rule] of listOf(document.spec.rules).entries()) {
          const here: Path = ['spec', 'rules', index];
          if ((textOf(at(rule, 'name')) ?? '') === '') {
            yield {
              document,
              path: here,
              message: 'a rule without a name, which the API server refuses',
              fix: 'give it a name',
            };
          }
          for (const { matcher, path } of matchersOf(rule, here)) {
            const feature = textOf(at(matcher, 'feature'));
            if (feature === undefined || !/^[^.\s]+\.[^\s]+$/.test(feature)) {
              yield {
                document,
                path,
                message: `feature ${JSON.stringify(feature ?? null)} is not <domain>.<feature>, and never matches`,
                fix: 'write it as in pci.device',
              };
            } else {
              const meant = FEATURES.includes(feature) ? undefined : FEATURES.find(each => isSlipOf(feature, each));
              if (meant !== undefined) {
                yield {
                  document,
                  path: [...path, 'feature'],
                  message: `feature ${feature} is none of NFD's own, and never matches`,
                  fix: `write ${meant}`,
                  severity: 'warning',
                };
              }
            }
            for (const [key, expression] of Object.entries(fieldsOf(at(matcher, 'matchExpressions')))) {
              const operation = textOf(at(expression, 'op'));
              const where = [...path, 'matchExpressions', key];
              if (operation !== undefined && !OPERATIONS.includes(operation)) {
                yield {
                  document,
                  path: [...where, 'op'],
                  message: `op ${operation} is not known`,
                  fix: `use one of ${OPERATIONS.join(', ')}`,
                };
              }
              const wrong = feature !== 'pci.device'
                || !PCI_IDS.includes(key)
                || (operation !== 'In' && operation !== 'NotIn')
                ? undefined
                : listOf(at(expression, 'value')).find(value =>
                  typeof value === 'string' && !/^[0-9a-f]+$/.test(value));
              if (wrong !== undefined) {
                yield {
                  document,
                  path: [...where, 'value'],
                  message: `${key} "${shown(wrong)}" never matches: PCI ids are lower-case hex without 0x`,
                  fix: `write "${shown(wrong).replace(/^0x/i, '').toLowerCase().slice(0, 4)}"`,
                };
              }
            }
          }
        }
      }
    },
  }),
  defineRule({
    id: 'NFD-003',
    name: 'layout-by-node-feature-rule',
    area: 'node-features',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: '`migManager.config.default` is "" where a NodeFeatureRule sets nvidia.com/mig.config',
    why: 'derived from code',
    evidence: 'kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/nfd-master/nfd-master.go#L1198-L1226; '
      + 'NVIDIA/gpu-operator@a22dbf67 controllers/nodelabeling_controller.go#L305-L318',
    *check(model) {
      const byRule = model.labelValues('nvidia.com/mig.config')
        .find(({ document }) => document.kind === 'NodeFeatureRule');
      if (byRule === undefined) { return; }
      for (const policy of model.policies) {
        const config = at(policy.spec, 'migManager', 'config');
        if (isFields(config) && config.default !== '') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', ...'default' in config ? ['default'] : []],
            message: `NodeFeatureRule ${byRule.document.name} sets nvidia.com/mig.config; when it is deleted or `
              + 'renamed the operator writes all-disabled and MIG is torn down',
            fix: 'set migManager.config.default: ""',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'NFD-004',
    name: 'contradicting-node-labels',
    area: 'node-features',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'two NodeFeatureRules do not set one label to two values under the same conditions',
    why: 'maps.Copy in name order',
    evidence: 'kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/nfd-master/nfd-master.go#L1097-L1134',
    *check(model) {
      const always = new Map<string, LabelValue>(); // by label, then by label and conditions
      const known = new Map<unknown, string>(); // by rule: it may set thousands of labels
      const conditionsOf = (rule: unknown) => {
        const text = known.get(rule) ?? JSON.stringify([at(rule, 'matchFeatures') ?? [], at(rule, 'matchAny') ?? []]);
        known.set(rule, text);
        return text;
      };
      for (const label of model.labels.filter(({ document }) => document.kind === 'NodeFeatureRule')) {
        const conditions = conditionsOf(at(label.document.value, ...label.path.slice(0, 3)));
        const first = always.get(`${label.key} ${conditions}`);
        if (first === undefined) { always.set(`${label.key} ${conditions}`, label); }
        if (first !== undefined && first.value !== label.value && first.document.name !== label.document.name) {
          yield {
            document: label.document,
            path: label.path,
            message: `NodeFeatureRule ${first.document.name} sets ${label.key}=${first.value} on the same nodes; `
              + 'the last one by name wins',
            fix: 'set the label in one of them, or give them conditions that no node meets both of',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'NFD-005',
    name: 'node-taints-disabled',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'taints in a NodeFeatureRule need enableTaints: true of the NFD master (the default is false; a note '
      + 'only, where the settings of the master are not among the manifests)',
    why: 'taints of rules are silently dropped otherwise; the operator chart leaves it off, an NFD of your own may '
      + 'have it on',
    evidence: 'kubernetes-sigs/node-feature-discovery@76e6cc8c pkg/nfd-master/nfd-master.go#L262, #L965',
    *check(model) {
      const masters = masterConfigs(model);
      if (masters.some(config => at(config, 'enableTaints') === true)) { return; }
      if (model.ofKind('Deployment').some(isMasterWithTaints)) { return; }
      for (const document of model.ofKind('NodeFeatureRule')) {
        const index = listOf(document.spec.rules).findIndex(rule => listOf(at(rule, 'taints')).length > 0);
        if (index >= 0) {
          yield {
            document,
            path: ['spec', 'rules', index, 'taints'],
            message: 'NFD drops the taints of its rules unless its master has enableTaints: true, which '
              + `${masters.length > 0 ? 'it has not' : 'nothing here says'}`,
            fix: 'set enableTaints: true for the NFD master, or taint the nodes another way',
            ...masters.length === 0 && { severity: 'info' as const },
          };
        }
      }
    },
  }),
  defineRule({
    id: 'NFD-006',
    name: 'unquoted-feature-value',
    area: 'node-features',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'PCI ids and label values in a NodeFeatureRule are in quotes',
    why: 'ids made of digits only (2330, 2335, 2901) are YAML numbers, and true/false booleans: the API server '
      + 'refuses the object',
    evidence: 'kubernetes-sigs/node-feature-discovery, CRD nodefeaturerules of v0.19.0 (value '
      + 'items and labels are strings)',
    *check(model) {
      for (const document of model.ofKind('NodeFeatureRule')) {
        for (const [index, rule] of listOf(document.spec.rules).entries()) {
          const label = Object.entries(isFields(at(rule, 'labels')) ? at(rule, 'labels') as object : {})
            .find(([, value]) => typeof value !== 'string');
          if (label !== undefined) {
            yield {
              document,
              path: ['spec', 'rules', index, 'labels', label[0]],
              message: `label ${label[0]} is ${JSON.stringify(label[1])}, not a string`,
              fix: 'put it in quotes',
            };
          }
          for (const { matcher, path } of matchersOf(rule, ['spec', 'rules', index])) {
            for (const [key, expression] of Object.entries(fieldsOf(at(matcher, 'matchExpressions')))) {
              const values = listOf(at(expression, 'value'));
              const number = values.findIndex(value => typeof value !== 'string');
              if (number >= 0) {
                yield {
                  document,
                  path: [...path, 'matchExpressions', key, 'value', number],
                  message: `value ${JSON.stringify(values[number])} of ${key} is no string`,
                  fix: `put it in quotes: "${shown(values[number])}"`,
                };
              }
            }
          }
        }
      }
    },
  }),
];

type PlaceInConfig = (path: Path) => Pick<RuleFinding, 'document' | 'path' | 'file' | 'filePath'>;

/**
 * Settings of the NFD worker: its ConfigMap, the values of its chart below ours, and the object of the OpenShift
 * operator.
 */
export function* workerConfigs(model: ClusterModel): Generator<{ config: unknown; place: PlaceInConfig }> {
  for (const file of nfdFiles(model, 'worker')) {
    yield { config: file.value, place: filePath => ({ document: file.document, path: file.path, file, filePath }) };
  }
  const charts: [string, Path][] = [
    ['gpu-operator', ['values', 'node-feature-discovery']],
    ['nvidia-device-plugin', ['values', 'nfd']],
    ['node-feature-discovery', ['values']],
  ];
  for (const [chart, above] of charts) {
    for (const document of model.valuesOf(chart)) {
      const path = [...above, 'worker', 'config'];
      const config = at(document.value, ...path);
      if (config !== undefined) { yield { config, place: inner => ({ document, path: [...path, ...inner] }) }; }
    }
  }
}

function masterConfigs(model: ClusterModel): unknown[] {
  const ofChart = model.valuesOf('gpu-operator')
    .map(({ value }) => at(value, 'values', 'node-feature-discovery', 'master', 'config'))
    .filter(isFields);
  return [...nfdFiles(model, 'master').map(file => file.value), ...ofChart];
}

function nfdFiles(model: ClusterModel, part: 'worker' | 'master'): EmbeddedFile[] {
  // node-feature-discovery deployment/helm/node-feature-discovery/templates/nfd-worker-conf.yaml
  const key = `nfd-${part}.conf`;
  const ofMaps = model.configMaps.flatMap(document => {
    const text = textOf(fieldsOf(document.value.data)[key]);
    return text === undefined ? [] : [new EmbeddedFile(document, ['data', key], text)];
  });
  const ofObjects = part === 'master' ? [] : model.ofKind('NodeFeatureDiscovery').flatMap(document => {
    const text = textOf(at(document.spec, 'workerConfig', 'configData'));
    return text === undefined ? [] : [new EmbeddedFile(document, ['spec', 'workerConfig', 'configData'], text)];
  });
  return [...ofMaps, ...ofObjects];
}

function isMasterWithTaints(document: ManifestDocument): boolean {
  return listOf(at(document.spec, 'template', 'spec', 'containers')).some(container =>
    [...listOf(at(container, 'command')), ...listOf(at(container, 'args'))].some(each =>
      /^-?-enable-taints(?:=true)?$/.test(shown(each))));
}
