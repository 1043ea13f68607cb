import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about layouts on boards say, and why. */
export const LAYOUT_RULE_TEXTS: RuleText[] = [
  {
    id: 'LAY-001',
    area: 'layouts',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'where nothing names the board, some board must have all the profiles of an entry',
    why: 'profile names carry the memory of a slice, so 1g.5gb and 3g.40gb belong to different boards: on either of them one name is unknown, and then nothing of the entry is created. Whether they stand on one GPU together, MIG-032 tells; a warning only, because newer boards than those known may have other profiles',
    evidence: 'NVIDIA MIG user guide, supported profiles; mig-parted pkg/types/mig_config.go Flatten',
    bad: '- devices: all\n  mig-enabled: true\n  mig-devices: {1g.5gb: 1, 3g.40gb: 1}',
    good: '- devices: all\n  mig-enabled: true\n  mig-devices: {1g.10gb: 1, 3g.40gb: 1}',
  },
  {
    id: 'LAY-002',
    area: 'layouts',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a config that nodes select must have an entry for their board (known from nvidia.com/gpu.product on Node objects, or from the PCI ids or node names of a NodeFeatureRule)',
    why: 'entries whose device-filter is for other boards are skipped: nothing is cut, nvidia.com/mig.config.state becomes success, and the pods that ask for the slices stay Pending',
    evidence: 'mig-parted cmd/nvidia-mig-parted/assert/assert.go WalkSelectedMigConfigForEachGPU',
    bad: '# the node has NVIDIA-H200\nslices:\n- device-filter: "0x20B210DE"   # A100 80GB\n  devices: all\n  mig-enabled: true\n  mig-devices: {1g.10gb: 7}',
    good: '# the node has NVIDIA-H200\nslices:\n- device-filter: "0x233510DE"\n  devices: all\n  mig-enabled: true\n  mig-devices: {1g.18gb: 7}',
  },
];
