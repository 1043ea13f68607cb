import { boardsOf, entries } from './entries';
import { boardsOfNodes, ClusterModel, ManifestDocument, shippedProfileOf, usesShippedNames } from '../../cluster';
import { Gpu } from '../../hardware';
import { at, isFields, textOf } from '../../kubernetes';
import { GPU_OPERATOR, MIG_MANAGER } from '../../releases';
import { defineRule, Rule } from '../rule';

/** Boards that mig-manager knows from a release on. */
const LATE_BOARDS = [{ boards: /^rtx-pro-6000/, milestone: 'rtxPro6000' }] as const;

/** The release of mig-manager that a policy pins: v0.12.2-ubuntu20.04. */
function pinnedRelease(policy: ManifestDocument): string | undefined {
  return /^v?(\d+\.\d+\.\d+)/.exec(textOf(at(policy.spec, 'migManager', 'version')) ?? '')?.[1];
}

/** Boards that some config of the manifests cuts, or one of NVIDIA's that a node names. */
function cutBoards(model: ClusterModel): Gpu[] {
  const byConfigs = [...entries(model)]
    .filter(({ value }) => at(value, 'mig-enabled') === true)
    .flatMap(entry => (isFields(entry.value) ? boardsOf(model, entry, entry.value) : []));
  const byNames = usesShippedNames(model)
    ? model.labelValues('nvidia.com/mig.config').filter(({ value }) => shippedProfileOf(value) !== undefined)
    : [];
  return [...byConfigs, ...byNames.flatMap(label => boardsOfNodes(model, label))];
}

/** Rules about what NVIDIA's mig-manager knows of boards by itself. */
export const SHIPPED_NAME_RULES: Rule[] = [
  defineRule({
    id: 'MIG-033',
    name: 'board-newer-than-mig-manager',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'an image of one\'s own may know more boards than its version says. Tags without a version are not '
      + 'judged',
    sentence: 'the mig-manager that a ClusterPolicy pins knows the boards that its configs cut',
    why: 'an older one does not take the board for one with MIG: applying prints success and makes nothing. '
      + 'RTX PRO 6000 from v0.12.3',
    evidence: 'NVIDIA/mig-parted@v0.12.3 CHANGELOG.md',
    *check(model) {
      const boards = cutBoards(model);
      const late = LATE_BOARDS.map(({ boards: pattern, milestone }) => ({
        board: boards.find(({ id }) => pattern.test(id)), milestone,
      }));
      for (const policy of model.policies) {
        const release = pinnedRelease(policy);
        for (const { board, milestone } of late) {
          if (board === undefined || release === undefined || !MIG_MANAGER.lacks(milestone, release)) { continue; }
          yield {
            document: policy,
            path: ['spec', 'migManager', 'version'],
            message: `mig-manager ${release} does not know ${board}: it says success and makes no MIG device`,
            fix: 'leave version out for that of the operator, or pin a later one',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-034',
    name: 'shipped-config-of-other-board',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a node whose nvidia.com/mig.config is one of the names that come with mig-manager has the '
      + 'board that the name is for',
    why: 'all-1g.5gb is for the A100 of 40 GB; on that of 80 GB nothing is cut, and the state is success with the '
      + 'release of the static list, failed with one that makes the names for each board (from 26.3)',
    evidence: 'NVIDIA/gpu-operator#603; NVIDIA/mig-parted@bd7160f4 pkg/mig/builder; NVIDIA/gpu-operator@v25.10.1 '
      + 'assets/state-mig-manager/0400_configmap.yaml',
    *check(model) {
      if (!usesShippedNames(model)) { return; }
      const isGenerated = GPU_OPERATOR.has('generatedMigConfigs', model.gpuOperator);
      for (const label of model.labelValues('nvidia.com/mig.config')) {
        const profile = shippedProfileOf(label.value);
        const boards = boardsOfNodes(model, label).filter(({ migCapable }) => migCapable);
        if (profile === undefined
          || boards.length === 0
          || boards.some(gpu => gpu.findProfile(profile.canonical) !== undefined)) { continue; }
        const others = boards[0].profiles
          .filter(({ name }) => /^\d+g\.\d+gb$/.test(name))
          .map(({ name }) => `all-${name}`);
        yield {
          document: label.document,
          path: label.path,
          message: `${label.value} is for another board: ${boards[0]} has no ${profile.canonical}, so `
            + `${isGenerated ? 'mig-manager makes no config of that name' : 'no MIG device is made'}`,
          fix: `use one of ${others.join(', ')}`,
        };
      }
    },
  }),
  defineRule({
    id: 'MIG-036',
    name: 'unknown-shipped-config',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'without a mig-parted file of one\'s own, nvidia.com/mig.config is all-disabled, all-enabled, '
      + 'all-balanced or all-<profile>',
    why: 'mig-manager knows no other name, the state is failed, and the GPUs stay as they are',
    evidence: 'NVIDIA/gpu-operator@v25.10.1 assets/state-mig-manager/0400_configmap.yaml; '
      + 'NVIDIA/mig-parted@bd7160f4 pkg/mig/builder',
    *check(model) {
      // of a part of a policy, another part may name a file
      if (!usesShippedNames(model) || !model.policyIsWhole) { return; }
      for (const { document, path, value } of model.labelValues('nvidia.com/mig.config')) {
        if (value === '' || /^all-(?:disabled|enabled|balanced|\d+g\.\d+gb(?:[-.+][a-z.]+)?)$/.test(value)) {
          continue;
        }
        const meant = /^(?:all-)?(\d+g)[._-]?(\d+gb)$/i.exec(value);
        yield {
          document,
          path,
          message: `${value} is no name of NVIDIA's configs, and no file of one's own is among the manifests`,
          fix: meant === null
            ? 'use such a name, or name a ConfigMap with the config in migManager.config.name'
            : `write all-${meant[1]}.${meant[2]}`.toLowerCase(),
        };
      }
    },
  }),
];
