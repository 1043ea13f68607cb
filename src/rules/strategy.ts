import { Rule } from './rule';
import { at, ClusterModel, EmbeddedFile, fieldsOf, isFields, listOf, ManifestDocument, Path, textOf } from '../cluster';
import { MigProfileName } from '../hardware';

/** Configs that a node selects, in a file that can be read. */
function* selectedConfigs(model: ClusterModel): Generator<{ name: string; file: EmbeddedFile; entries: readonly unknown[] }> {
  const labels = new Set(model.labelValues('nvidia.com/mig.config').map(label => label.value));
  for (const { file } of model.migPartedFiles) {
    if (file === undefined || !isFields(file.value)) { continue; }
    for (const [name, list] of Object.entries(fieldsOf(file.value['mig-configs']))) {
      if (labels.has(name)) { yield { name, file, entries: listOf(list) }; }
    }
  }
}

const cut = (entry: unknown) => at(entry, 'mig-enabled') === true;
const profiles = (entry: unknown) => Object.entries(fieldsOf(at(entry, 'mig-devices'))).filter(([, count]) => Number(count) > 0).map(([name]) => name);

/** Whether a device-plugin config of the manifests says `mixed`, where the policy leaves the strategy open. */
function* effectivelyMixed(model: ClusterModel): Generator<EmbeddedFile> {
  for (const { file } of model.devicePluginFiles) {
    const strategy = model.policyStrategy ?? textOf(at(file.value, 'flags', 'migStrategy'));
    if (strategy === 'mixed') { yield file; }
  }
}

/** Drivers with the regression (GPU Operator documentation, troubleshooting). */
const MIXED_NODE_REGRESSION = /^570\.(?:124\.06|133\.20|148\.08|158\.01)(?:-|$)/;

/** Rules about the MIG strategy, which policy, device-plugin configs and layouts must agree on. */
export const STRATEGY_RULES: Rule[] = [
  {
    id: 'STR-001',
    *check(model) {
      if (model.policyStrategy !== 'single') { return; }
      for (const { name, file, entries } of selectedConfigs(model)) {
        const kinds = new Set(entries.filter(cut).flatMap(profiles));
        const partly = entries.some(cut) && entries.some(entry => at(entry, 'mig-enabled') === false);
        if (kinds.size > 1 || partly) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name],
            message: `config ${name} has ${partly ? 'GPUs with and without MIG' : [...kinds].join(' and ')}; under strategy single every GPU of a node has one and the same profile`,
            fix: 'use strategy mixed, or one profile for every GPU',
          };
        }
      }
    },
  },
  {
    id: 'STR-002',
    *check(model) {
      if (model.policyStrategy !== 'single') { return; }
      for (const { name, file, entries } of selectedConfigs(model)) {
        const index = entries.findIndex(entry => cut(entry) && isFields(at(entry, 'mig-devices')) && profiles(entry).length === 0);
        if (index >= 0) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name, index],
            message: `config ${name} leaves a GPU in MIG mode without a device; under strategy single the device plugin exits`,
            fix: 'create devices, or set mig-enabled: false',
          };
        }
      }
    },
  },
  {
    id: 'STR-003',
    *check(model) {
      if (model.policyStrategy !== 'mixed') { return; }
      for (const { name, file, entries } of selectedConfigs(model)) {
        for (const [index, entry] of entries.entries()) {
          const instance = profiles(entry).find(profile => MigProfileName.find(profile)?.isComputeInstance);
          if (instance !== undefined) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['mig-configs', name, index, 'mig-devices', instance],
              message: `config ${name}: compute-instance profile ${instance} stops the device plugin under strategy mixed`,
              fix: 'use the GPU-instance profile, without the leading "Nc."',
            };
          }
        }
      }
    },
  },
  {
    id: 'STR-004',
    *check(model) {
      for (const workload of model.workloads) {
        for (const container of workload.containers) {
          const name = Object.keys({ ...container.limits, ...container.requests }).find(each => /^nvidia\.com\/mig-.*gb(?:\.[a-z]|-me)/.test(each));
          if (name !== undefined) {
            yield {
              document: workload.document,
              path: [...container.path, 'resources', name in container.limits ? 'limits' : 'requests', name],
              message: `${name} does not exist before GPU Operator 26.7: the device is advertised under the base profile`,
              fix: `ask for ${name.replace(/(gb)[.-].*$/, '$1')}, or use GPU Operator 26.7`,
            };
          }
        }
      }
    },
  },
  {
    id: 'STR-005',
    *check(model) {
      const policy = model.policyStrategy;
      if (policy === undefined) { return; }
      for (const { file } of model.devicePluginFiles) {
        const own = textOf(at(file.value, 'flags', 'migStrategy'));
        if (own !== undefined && own !== policy) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['flags', 'migStrategy'],
            message: `migStrategy ${own} has no effect: the ClusterPolicy says ${policy}, and that wins`,
            fix: 'remove it, or unset spec.mig.strategy of the ClusterPolicy so that each node\'s config decides',
          };
        }
      }
    },
  },
  {
    id: 'STR-006',
    *check(model) {
      for (const file of effectivelyMixed(model)) {
        if (isFields(at(file.value, 'sharing', 'mps'))) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['sharing', 'mps'],
            message: 'MPS under strategy mixed: the device plugin exits on every node that selects this config, with MIG or without',
            fix: 'unset spec.mig.strategy of the ClusterPolicy and say mixed only in the configs of MIG nodes',
          };
        }
      }
    },
  },
  {
    id: 'STR-008',
    *check(model) {
      const anyPluginStrategy = model.devicePluginFiles.some(({ file }) => ['single', 'mixed'].includes(textOf(at(file.value, 'flags', 'migStrategy')) ?? ''));
      const none = model.policyStrategy === 'none' || (model.policyIsWhole && model.policyStrategy === undefined && !anyPluginStrategy);
      if (!none) { return; }
      for (const { name, file, entries } of selectedConfigs(model)) {
        if (entries.some(cut)) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name],
            message: `config ${name} cuts GPUs, but the MIG strategy is none: they are handed out whole and their slices cannot be requested`,
            fix: 'set spec.mig.strategy to mixed or single',
          };
        }
      }
    },
  },
  {
    id: 'STR-007',
    *check(model) {
      const both = [...selectedConfigs(model)].find(({ entries }) => entries.some(entry => cut(entry) && profiles(entry).length > 0)
        && entries.some(entry => at(entry, 'mig-enabled') === false));
      if (both === undefined) { return; }
      const declared: [ManifestDocument, Path, unknown][] = [
        ...[...model.policies, ...model.ofKind('HelmValues')].map((document): [ManifestDocument, Path, unknown] => {
          const path = [document.kind === 'HelmValues' ? 'values' : 'spec', 'driver', 'version'];
          return [document, path, at(document.value, ...path)];
        }),
        ...model.ofKind('NVIDIADriver').map((document): [ManifestDocument, Path, unknown] => [document, ['spec', 'version'], document.spec.version]),
        ...model.labelValues('nvidia.com/cuda.driver-version.full').map(({ document, path, value }): [ManifestDocument, Path, unknown] => [document, path, value]),
      ];
      for (const [document, path, version] of declared.filter(([, , each]) => MIXED_NODE_REGRESSION.test(String(each)))) {
        yield {
          document,
          path,
          message: `driver ${String(version)} does not hand out whole GPUs beside MIG devices, and config ${both.name} has both on one node`,
          fix: 'use another driver, such as 580',
        };
      }
    },
  },
];
