import { boardsOfNodes, ClusterModel, defaultConfigOf, deviceFiltersOf, EmbeddedFile, LabelValue, ManifestDocument, nodeConfigOf } from '../../cluster';
import { Gpu, MigProfileName } from '../../hardware';
import { at, fieldsOf, isFields, listOf, Path, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { asked } from '../pods/pod-resources';
import { Rule } from '../rule';

type Entries = readonly unknown[];

/** A config that nodes select, in a file that can be read. */
interface SelectedConfig {
  readonly name: string;
  readonly file: EmbeddedFile;
  readonly entries: Entries;
  /** Effective strategies of the nodes, as far as they are known. */
  readonly strategies: ReadonlySet<string | undefined>;
  /** Entries that can be for one node together. */
  readonly groups: Entries[];
}

function* selectedConfigs(model: ClusterModel): Generator<SelectedConfig> {
  const selecting = new Map<string, LabelValue[]>();
  for (const label of model.labelValues('nvidia.com/mig.config')) { selecting.set(label.value, [...selecting.get(label.value) ?? [], label]); }
  for (const { file } of model.migPartedFiles) {
    if (file === undefined || !isFields(file.value)) { continue; }
    for (const [name, list] of Object.entries(fieldsOf(file.value['mig-configs']))) {
      const labels = selecting.get(name);
      if (labels === undefined) { continue; }
      const entries = listOf(list);
      const strategies = new Set(labels.map(label => strategyOf(model, label)));
      yield { name, file, entries, strategies, groups: groupsOf(entries, labels.flatMap(label => boardsOfNodes(model, label))) };
    }
  }
}

/** The strategy of the nodes that carry a label: that of the policy, which wins, else what the config of their device plugin says. */
function strategyOf(model: ClusterModel, { together }: LabelValue): string | undefined {
  if (model.policyStrategy !== undefined) { return model.policyStrategy; }
  const config = nodeConfigOf(model, together);
  const own = textOf(at(config?.file.value, 'flags', 'migStrategy'));
  const elsewhere = config === undefined && (together['nvidia.com/device-plugin.config'] !== undefined || defaultConfigOf(model) !== '');
  return own ?? (model.policyIsWhole && !elsewhere ? 'none' : undefined);
}

/** Entries with filters for different boards never meet, as the boards of a node are alike as a rule. */
function groupsOf(entries: Entries, boards: Gpu[]): Entries[] {
  const filtered = (entry: unknown) => deviceFiltersOf(entry);
  const filters = [...new Set(entries.flatMap(filtered))];
  const isThere = (filter: string) => boards.length === 0 || boards.some(gpu => (Gpu.findByPciDeviceId(filter) ?? gpu).id === gpu.id);
  const others = entries.filter(entry => filtered(entry).length === 0);
  const perBoard = filters.filter(isThere).map(filter => entries.filter(entry => others.includes(entry) || filtered(entry).includes(filter)));
  return [...perBoard, others];
}

const cut = (entry: unknown) => at(entry, 'mig-enabled') === true;
const profiles = (entry: unknown) => Object.entries(fieldsOf(at(entry, 'mig-devices'))).filter(([, count]) => Number(count) > 0).map(([name]) => name);
const partly = (entries: Entries) => entries.some(cut) && entries.some(entry => at(entry, 'mig-enabled') === false);

/** Whether a device-plugin config of the manifests says `mixed`, where the policy leaves the strategy open. */
function* effectivelyMixed(model: ClusterModel): Generator<EmbeddedFile> {
  const named = model.policies.map(({ spec }) => textOf(at(spec, 'devicePlugin', 'config', 'name')) ?? '').filter(name => name !== '');
  for (const { file } of model.devicePluginFiles) {
    if (named.length > 0 && !named.includes(file.document.name)) { continue; } // of another plugin
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
      for (const { name, file, strategies, groups } of selectedConfigs(model)) {
        if (!strategies.has('single')) { continue; }
        const kindsOf = (group: Entries) => new Set(group.filter(cut).flatMap(profiles));
        const wrong = groups.find(group => kindsOf(group).size > 1 || partly(group));
        if (wrong !== undefined) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name],
            message: `config ${name} has ${partly(wrong) ? 'GPUs with and without MIG' : [...kindsOf(wrong)].join(' and ')}; under strategy single every GPU of a node has one and the same profile`,
            fix: 'use strategy mixed, or one profile for every GPU',
          };
        }
      }
    },
  },
  {
    id: 'STR-002',
    *check(model) {
      for (const { name, file, entries, strategies } of selectedConfigs(model)) {
        if (!strategies.has('single')) { continue; }
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
      for (const { name, file, entries, strategies } of selectedConfigs(model)) {
        if (!strategies.has('mixed')) { continue; }
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
          const name = asked(container).map(([each]) => each).find(each => /^nvidia\.com\/mig-.*gb(?:\.(?!shared$)[a-z]|-me)/.test(each));
          if (name !== undefined) {
            yield {
              document: workload.document,
              path: [...container.path, 'resources', name in container.limits ? 'limits' : 'requests', name],
              message: `${name} does not exist before GPU Operator 26.7: the device is advertised under the base profile`,
              fix: `ask for ${name.replace(/(gb)[.-].*?(\.shared)?$/, '$1$2')}, or use GPU Operator 26.7`,
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
            // what the plugin does without it; examples have it beside the single of the chart, and nobody relies on it
            ...own === 'none' && file.document.author === 'person' && { severity: 'info' as const },
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
      for (const { name, file, entries, strategies } of selectedConfigs(model)) {
        if (!strategies.has('none')) { continue; }
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
      const hasBoth = (group: Entries) => partly(group) && group.filter(cut).flatMap(profiles).length > 0;
      const both = [...selectedConfigs(model)].find(({ groups }) => groups.some(hasBoth));
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
          message: `driver ${shown(version)} does not hand out whole GPUs beside MIG devices, and config ${both.name} has both on one node`,
          fix: 'use another driver, such as 580',
        };
      }
    },
  },
];
