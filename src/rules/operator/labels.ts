import { Rule } from '../rule';

/** Rules about the labels that operands read. */
export const LABEL_RULES: Rule[] = [
  {
    id: 'LBL-001',
    *check(model) {
      for (const label of model.labels.filter(({ key, value }) => key.startsWith('nvidia.com/gpu.deploy.') && value === '')) {
        yield {
          document: label.document,
          path: label.path,
          message: `${label.key} is empty: the operand stays off on 25.10 and 26.3 and is switched on again by 26.7`,
          fix: 'write "false" to switch it off, or remove the label',
        };
      }
    },
  },
  {
    id: 'LBL-003',
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
  },
  {
    id: 'LBL-002',
    *check(model) {
      if (model.labelValues('nvidia.com/mig.config').length === 0) { return; } // nothing changes the mode, so nothing needs pausing
      for (const { document, path, containers, nodeSelector } of model.workloads.filter(each => each.document.kind === 'DaemonSet')) {
        const holds = containers.some(({ limits, requests, env }) => !['', 'none', 'void'].includes(env.NVIDIA_VISIBLE_DEVICES ?? '')
          || Object.entries({ ...requests, ...limits }).some(([name, count]) => name.startsWith('nvidia.com/') && String(count) !== '0'));
        const known = Object.keys(nodeSelector).some(key => key.startsWith('nvidia.com/gpu.deploy.')); // the operator's own have others of these
        if (holds && !known) {
          yield {
            document,
            path: [...path, 'nodeSelector'],
            message: `DaemonSet ${document.name} holds the GPU, and mig-manager cannot pause it while it changes the layout`,
            fix: 'add nodeSelector nvidia.com/gpu.deploy.client: "true"',
          };
        }
      }
    },
  },
];
