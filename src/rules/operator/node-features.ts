import { ClusterModel, EmbeddedFile, LabelValue, ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, listOf, Path, textOf } from '../../kubernetes';
import { isSlipOf, shown } from '../../text';
import { Rule, RuleFinding } from '../rule';

/** Rules about node feature discovery, which writes the labels that everything else is selected by. */
export const NODE_FEATURE_RULES: Rule[] = [
  {
    id: 'NFD-006',
    *check(model) {
      for (const document of model.ofKind('NodeFeatureRule')) {
        for (const [index, rule] of listOf(document.spec.rules).entries()) {
          const label = Object.entries(isFields(at(rule, 'labels')) ? at(rule, 'labels') as object : {}).find(([, value]) => typeof value !== 'string');
          if (label !== undefined) {
            yield { document, path: ['spec', 'rules', index, 'labels', label[0]], message: `label ${label[0]} is ${JSON.stringify(label[1])}, not a string`, fix: 'put it in quotes' };
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
  },
  {
    id: 'NFD-001',
    *check(model) {
      const given = ['pci-10de', 'pci-0302_10de', 'pci-0300_10de'].some(name => model.labelValues(`feature.node.kubernetes.io/${name}.present`).length > 0);
      if (given) { return; } // somebody else sets what the operator looks for
      // where nothing of the operator is to be seen, the cluster may have none
      const seen = ['ClusterPolicy', 'NVIDIADriver', 'GPUCluster', 'HelmValues', 'NodeFeatureDiscovery'].some(kind => model.ofKind(kind).length > 0);
      const doubtful = !seen && { severity: 'warning' as const };
      for (const { config, place } of workerConfigs(model)) {
        const pci = at(config, 'sources', 'pci');
        const fields = at(pci, 'deviceLabelFields');
        const names = Array.isArray(fields) ? [...new Set(fields.map(String))].sort().join(', ') : undefined;
        if (names !== undefined && names !== 'vendor' && names !== 'class, vendor') {
          yield {
            ...place(['sources', 'pci', 'deviceLabelFields']),
            message: `deviceLabelFields is [${names}]: the operator finds GPU nodes by labels of vendor, or class and vendor, and takes its own labels away`,
            fix: 'write deviceLabelFields: [vendor]',
            ...doubtful,
          };
        }
        const classes = at(pci, 'deviceClassWhitelist');
        // a whole class covers its subclasses: 03 stands for 0300 and 0302
        const lacking = Array.isArray(classes) ? ['0300', '0302'].filter(name => !classes.some(each => name.startsWith(String(each)))) : [];
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
  },
  {
    id: 'NFD-002',
    *check(model) {
      for (const document of model.ofKind('NodeFeatureRule')) {
        for (const [index, rule] of listOf(document.spec.rules).entries()) {
          const here: Path = ['spec', 'rules', index];
          if ((textOf(at(rule, 'name')) ?? '') === '') {
            yield { document, path: here, message: 'a rule without a name, which the API server refuses', fix: 'give it a name' };
          }
          for (const { matcher, path } of matchersOf(rule, here)) {
            const feature = textOf(at(matcher, 'feature'));
            if (feature === undefined || !/^[^.\s]+\.[^\s]+$/.test(feature)) {
              yield { document, path, message: `feature ${JSON.stringify(feature ?? null)} is not <domain>.<feature>, and never matches`, fix: 'write it as in pci.device' };
            } else {
              const meant = FEATURES.includes(feature) ? undefined : FEATURES.find(each => isSlipOf(feature, each));
              if (meant !== undefined) {
                yield { document, path: [...path, 'feature'], message: `feature ${feature} is none of NFD's own, and never matches`, fix: `write ${meant}`, severity: 'warning' };
              }
            }
            for (const [key, expression] of Object.entries(fieldsOf(at(matcher, 'matchExpressions')))) {
              const operation = textOf(at(expression, 'op'));
              const where = [...path, 'matchExpressions', key];
              if (operation !== undefined && !OPERATIONS.includes(operation)) {
                yield { document, path: [...where, 'op'], message: `op ${operation} is not known`, fix: `use one of ${OPERATIONS.join(', ')}` };
              }
              const wrong = feature !== 'pci.device' || !PCI_IDS.includes(key) || (operation !== 'In' && operation !== 'NotIn') ? undefined
                : listOf(at(expression, 'value')).find(value => typeof value === 'string' && !/^[0-9a-f]+$/.test(value));
              if (wrong !== undefined) {
                yield {
                  document,
                  path: [...where, 'value'],
                  message: `${key} "${shown(wrong)}" never matches: PCI ids are lower-case hex without 0x`,
                  fix: `write "${String(wrong).replace(/^0x/i, '').toLowerCase().slice(0, 4)}"`,
                };
              }
            }
          }
        }
      }
    },
  },
  {
    id: 'NFD-003',
    *check(model) {
      const byRule = model.labelValues('nvidia.com/mig.config').find(({ document }) => document.kind === 'NodeFeatureRule');
      if (byRule === undefined) { return; }
      for (const policy of model.policies) {
        const config = at(policy.spec, 'migManager', 'config');
        if (isFields(config) && config.default !== '') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', ...'default' in config ? ['default'] : []],
            message: `NodeFeatureRule ${byRule.document.name} sets nvidia.com/mig.config; when it is deleted or renamed the operator writes all-disabled and MIG is torn down`,
            fix: 'set migManager.config.default: ""',
          };
        }
      }
    },
  },
  {
    id: 'NFD-004',
    *check(model) {
      const always = new Map<string, LabelValue>(); // by label, then by label and conditions
      for (const label of model.labels.filter(({ document }) => document.kind === 'NodeFeatureRule')) {
        const rule = at(label.document.value, ...label.path.slice(0, 3));
        const conditions = JSON.stringify([at(rule, 'matchFeatures') ?? [], at(rule, 'matchAny') ?? []]);
        const first = always.get(`${label.key} ${conditions}`);
        if (first === undefined) { always.set(`${label.key} ${conditions}`, label); }
        if (first !== undefined && first.value !== label.value && first.document.name !== label.document.name) {
          yield {
            document: label.document,
            path: label.path,
            message: `NodeFeatureRule ${first.document.name} sets ${label.key}=${first.value} on the same nodes; the last one by name wins`,
            fix: 'set the label in one of them, or give them conditions that no node meets both of',
          };
        }
      }
    },
  },
  {
    id: 'NFD-005',
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
            message: `NFD drops the taints of its rules unless its master has enableTaints: true, which ${masters.length > 0 ? 'it has not' : 'nothing here says'}`,
            fix: 'set enableTaints: true for the NFD master, or taint the nodes another way',
            ...masters.length === 0 && { severity: 'info' as const },
          };
        }
      }
    },
  },
];

/** Operations of an expression (node-feature-discovery api/nfd/v1alpha1/types.go). */
const OPERATIONS = ['In', 'NotIn', 'InRegexp', 'Exists', 'DoesNotExist', 'Gt', 'Ge', 'Lt', 'Le', 'GtLt', 'GeLe', 'IsTrue', 'IsFalse'];

/** What the sources of NFD find; files and other agents may add features of other names (node-feature-discovery source). */
const FEATURES = [
  'cpu.cpuid', 'cpu.cstate', 'cpu.model', 'cpu.pstate', 'cpu.rdt', 'cpu.security', 'cpu.sst', 'cpu.topology', 'cpu.coprocessor', 'kernel.config',
  'kernel.loadedmodule', 'kernel.enabledmodule', 'kernel.selinux', 'kernel.version', 'local.label', 'local.feature', 'memory.nv', 'memory.numa', 'memory.swap',
  'memory.hugepages', 'network.device', 'network.virtual', 'pci.device', 'storage.block', 'system.osrelease', 'system.name', 'system.dmiid', 'usb.device',
  'rule.matched',
];

/** Attributes of pci.device that are ids (node-feature-discovery source/pci/utils.go). */
const PCI_IDS = ['class', 'vendor', 'device', 'subsystem_vendor', 'subsystem_device'];

/** The matchers of a rule, those under matchAny too. */
function* matchersOf(rule: unknown, path: Path): Generator<{ matcher: unknown; path: Path }> {
  for (const [index, matcher] of listOf(at(rule, 'matchFeatures')).entries()) { yield { matcher, path: [...path, 'matchFeatures', index] }; }
  for (const [any, alternative] of listOf(at(rule, 'matchAny')).entries()) {
    for (const [index, matcher] of listOf(at(alternative, 'matchFeatures')).entries()) {
      yield { matcher, path: [...path, 'matchAny', any, 'matchFeatures', index] };
    }
  }
}

type PlaceInConfig = (path: Path) => Pick<RuleFinding, 'document' | 'path' | 'file' | 'filePath'>;

/** Settings of the NFD worker: its ConfigMap, the values of its chart below ours, and the object of the OpenShift operator. */
function* workerConfigs(model: ClusterModel): Generator<{ config: unknown; place: PlaceInConfig }> {
  for (const file of nfdFiles(model, 'worker')) {
    yield { config: file.value, place: filePath => ({ document: file.document, path: file.path, file, filePath }) };
  }
  for (const document of model.ofKind('HelmValues')) {
    const path = ['values', 'node-feature-discovery', 'worker', 'config'];
    yield { config: at(document.value, ...path), place: inner => ({ document, path: [...path, ...inner] }) };
  }
}

function masterConfigs(model: ClusterModel): unknown[] {
  const ofChart = model.ofKind('HelmValues').map(({ value }) => at(value, 'values', 'node-feature-discovery', 'master', 'config')).filter(isFields);
  return [...nfdFiles(model, 'master').map(file => file.value), ...ofChart];
}

function nfdFiles(model: ClusterModel, part: 'worker' | 'master'): EmbeddedFile[] {
  const key = `nfd-${part}.conf`; // node-feature-discovery deployment/helm/node-feature-discovery/templates/nfd-worker-conf.yaml
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
    [...listOf(at(container, 'command')), ...listOf(at(container, 'args'))].some(each => /^-?-enable-taints(?:=true)?$/.test(String(each))));
}
