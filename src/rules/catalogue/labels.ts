import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about the labels that operands read say, and why. */
export const LABEL_RULE_TEXTS: RuleText[] = [
  {
    id: 'LBL-001',
    area: 'labels',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'never set nvidia.com/gpu.deploy.* to "" and never remove operator-owned labels; "false" disables one operand, nvidia.com/gpu.deploy.operands=false disables all',
    why: 'an empty value is overwritten with true on 26.7 but kept on 25.10 and 26.3, where the operand then stays off; removed labels come back',
    evidence: 'state_manager.go addGPUStateLabels (25.10, 26.3, 26.7)',
    bad: 'labels: {nvidia.com/gpu.deploy.dcgm: ""}',
    good: 'labels: {nvidia.com/gpu.deploy.dcgm: "false"}',
  },
  {
    id: 'LBL-002',
    area: 'labels',
    severity: 'warning',
    lintSeverity: 'info',
    minGpuOperator: '26.7',
    sentence: 'a DaemonSet of your own that holds the GPU should have nodeSelector nvidia.com/gpu.deploy.client: "true" where mig.config is used',
    why: 'only DaemonSet pods with that key are paused; others keep the GPU busy and the mode change fails',
    evidence: 'reconfigure.go; release notes 26.7.0',
    bad: 'kind: DaemonSet   # holds the GPU, no nodeSelector',
    good: 'spec: {nodeSelector: {nvidia.com/gpu.deploy.client: "true"}}',
  },
  {
    id: 'LBL-003',
    area: 'labels',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'nvidia.com/mig.config must not be set to ""',
    why: 'an empty value counts as unset: with migManager.config.default all-disabled the operator replaces it by all-disabled, so it does not keep a node out of MIG management',
    evidence: 'controllers/state_manager.go hasMIGConfigLabel; nodelabeling_controller.go:305-318',
    bad: 'labels: {nvidia.com/mig.config: ""}',
    good: 'labels: {nvidia.com/gpu.deploy.mig-manager: "false"}',
  },
];
