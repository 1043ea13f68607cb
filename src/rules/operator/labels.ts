import { ManifestDocument } from '../../cluster';
import { at, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { defineRule, Rule } from '../rule';

/** mig-manager leaves it empty after a change (mig-parted pkg/mig/reconfigure). */
const BY_MIG_MANAGER = 'nvidia.com/gpu.deploy.nvsm';

/** Whether an object was read from a cluster, where the labels are those that the operands wrote. */
function isLive({ value }: ManifestDocument): boolean {
  return textOf(at(value, 'metadata', 'uid')) !== undefined
    || textOf(at(value, 'metadata', 'resourceVersion')) !== undefined;
}

/** Rules about the labels that operands read. */
export const LABEL_RULES: Rule[] = [
  defineRule({
    id: 'LBL-001',
    name: 'operator-owned-label',
    area: 'labels',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no label nvidia.com/gpu.deploy.* is ""; "false" switches one part off, '
      + 'nvidia.com/gpu.deploy.operands=false all',
    why: 'an empty value is overwritten with true on 26.7 but kept on 25.10 and 26.3, where the operand then stays '
      + 'off; removed labels come back',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go addGPUStateLabels (25.10, 26.3, 26.7)',
    *check(model) {
      for (const label of model.labels.filter(({ key, value }) =>
        key.startsWith('nvidia.com/gpu.deploy.') && value === '')) {
        if (label.key === BY_MIG_MANAGER || isLive(label.document)) { continue; }
        yield {
          document: label.document,
          path: label.path,
          message: `${label.key} is empty: the operand stays off on 25.10 and 26.3 and is switched on again by 26.7`,
          fix: 'write "false" to switch it off, or remove the label',
        };
      }
    },
  }),
  defineRule({
    id: 'LBL-002',
    name: 'gpu-client-selector',
    area: 'labels',
    severity: 'warning',
    lintSeverity: 'info',
    since: GPU_OPERATOR.milestones.clientLabel,
    sentence: 'a DaemonSet of your own that holds the GPU should have nodeSelector nvidia.com/gpu.deploy.client: '
      + '"true" where mig.config is used',
    why: 'only DaemonSet pods with that key are paused; others keep the GPU busy and the mode change fails',
    evidence: 'NVIDIA/mig-parted@bd7160f4 pkg/mig/reconfigure/reconfigure.go; NVIDIA documentation, release notes of '
      + 'GPU Operator 26.7.0',
    *check(model) {
      // nothing changes the mode, so nothing needs pausing
      if (model.labelValues('nvidia.com/mig.config').length === 0) { return; }
      for (const {
        document,
        path,
        containers,
        nodeSelector,
      } of model.workloads.filter(each => each.document.kind === 'DaemonSet')) {
        const holds = containers.some(({
          limits,
          requests,
          env,
        }) => !['', 'none', 'void'].includes(env.NVIDIA_VISIBLE_DEVICES ?? '')
          || Object.entries({ ...requests, ...limits })
            .some(([name, count]) => name.startsWith('nvidia.com/') && shown(count) !== '0'));
        // the operator's own have others of these
        const known = Object.keys(nodeSelector).some(key => key.startsWith('nvidia.com/gpu.deploy.'));
        if (holds && !known) {
          yield {
            document,
            path: [...path, 'nodeSelector'],
            message: `DaemonSet ${document.name} holds the GPU, and mig-manager cannot pause it `
              + 'while it changes the layout',
            fix: 'add nodeSelector nvidia.com/gpu.deploy.client: "true"',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'LBL-003',
    name: 'empty-config-label',
    area: 'labels',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'no label nvidia.com/mig.config is ""',
    why: 'an empty value counts as unset: with migManager.config.default all-disabled the operator replaces it by '
      + 'all-disabled, so it does not keep a node out of MIG management',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go hasMIGConfigLabel; '
      + 'NVIDIA/gpu-operator@a22dbf67 controllers/nodelabeling_controller.go#L305-L318',
    *check(model) {
      for (const label of model.labelValues('nvidia.com/mig.config').filter(({ value }) => value === '')) {
        yield {
          document: label.document,
          path: label.path,
          message: 'nvidia.com/mig.config is empty, which counts as unset: the operator replaces it by all-disabled',
          fix: 'write all-disabled, or set migManager.config.default: ""',
        };
      }
    },
  }),
];
