import * as path from 'path';
import { foundIn } from './found-in';

/**
 * What lint says of a small input with the fault of each public report (the report's number stands in its first line), and of what public
 * repositories have: rule, severity, and how often. An empty text is a working file, which gets neither error nor warning.
 */
const CASES: readonly (readonly [input: string, found: string, ...options: string[]])[] = [
  ['reports/02-k3s-helmchart-custom-mig.yaml', 'MIG-019 warning'],
  ['reports/03-default-file-name-of-other-board.yaml', 'MIG-034 warning'],
  ['reports/06-gb200-with-b200-names.yaml', 'MIG-025 warning x2'],
  ['reports/09-rtxpro-old-mig-manager.yaml', 'MIG-033 error'],
  ['reports/11-release-pinned-in-chart.yaml', 'MIG-013 error'],
  ['reports/14-mps-misindented.yaml', 'DP-002 warning x2, DP-021 error'],
  ['reports/15-static-plugin-no-config.yaml', 'DP-022 warning'],
  ['reports/17-plugin-chart-single-mixed.yaml', 'DP-002 warning, DP-004 error'],
  ['reports/19-ten-mig-in-a-notebook.yaml', 'POD-002 warning'],
  ['reports/20-kserve-two-mig.yaml', 'POD-002 warning'],
  ['reports/22-nfd-worker-equal-present.yaml', 'NFD-007 warning'],
  ['reports/22b', 'NFD-007 warning'],
  ['reports/25-nfd-class-vendor-label.yaml', 'NFD-008 warning'],
  ['reports/26-dra-mps-no-gate.yaml', 'DRA-073 warning'],
  ['reports/28-dra-and-plugin.yaml', 'DRA-029 warning'],
  ['reports/31-pod-without-toleration.yaml', 'POD-015 warning'],
  ['reports/32-tp-without-shm.yaml', 'POD-016 warning'],
  ['reports/34-service-named-vllm.yaml', 'POD-018 error'],
  ['reports/35-rollout-deadlock.yaml', 'CAP-004 warning'],
  ['reports/37-karpenter-two-containers.yaml', ''],
  ['reports/38-four-nims-one-gpu.yaml', 'CAP-002 warning'],
  ['reports/40-nim-proxy-metrics.yaml', 'NIM-082 warning, NIM-083 error', '--nim-operator', '3.0.1'],
  ['reports/42-nimcache-on-class-vendor-nfd.yaml', 'NFD-008 warning'],
  ['reports/44-hami-pod.yaml', ''],
  ['reports/46-toolkit-env-unquoted.yaml', 'SCH-002 error'],
  ['reports/49-kserve-hf-mig-image.yaml', ''],
  ['reports/51-helmrelease-without-telling-keys.yaml', 'SCH-002 error, SCH-003 error'],
  ['reports/53-wrong-namespace.yaml', 'DP-015 warning'],
  ['reports/54-mig-only-one-node-ok.yaml', ''],
  ['reports/55-mps-mig-replicas-ok.yaml', ''],
  ['reports/56-shared-by-default-no-selector.yaml', 'CAP-004 warning, MEM-003 warning'],
  ['reports/58-dra-7g-a100.yaml', ''],
  ['reports/59-vllm-in-a-shell.yaml', 'MEM-001 error'],
  ['reports/62-dra-mps-gate-on-ok.yaml', ''],
  ['repositories/al.yaml', ''],
  ['repositories/appset.yaml', 'DP-004 error'],
  ['repositories/cd', ''],
  ['repositories/fake.yaml', ''],
  ['repositories/hami', ''],
  ['repositories/kz', 'DP-004 error'],
  ['repositories/live.yaml', ''],
  ['repositories/m2.yaml', 'MIG-032 warning x4'],
  ['repositories/mem.yaml', 'MEM-001 error x4, POD-016 warning, POD-017 warning'],
  ['repositories/noreq.yaml', 'POD-020 warning'],
  ['repositories/pods/env.yaml', ''],
  ['repositories/pods/frac.yaml', 'POD-010 error'],
  ['repositories/pods/gpus.yaml', 'POD-011 warning'],
  ['repositories/pods/migcolon.yaml', 'POD-011 warning'],
  ['repositories/pods/mignone.yaml', 'POD-011 warning'],
  ['repositories/pods/migtypo.yaml', 'POD-011 warning'],
  ['repositories/pods/plain.yaml', 'POD-011 warning'],
  ['repositories/pods/shared.yaml', ''],
  ['repositories/ptj.yaml', 'POD-010 error x4'],
  ['repositories/q.yaml', 'POD-010 error'],
  ['repositories/raw', 'DP-002 warning, DP-004 error x2, DP-010 error, POD-010 error'],
  ['repositories/repo.yaml', 'REF-008 warning'],
  ['repositories/roll.yaml', 'CAP-004 warning'],
  ['repositories/sel/aff.yaml', 'POD-013 error'],
  ['repositories/sel/num.yaml', 'POD-013 error'],
  ['repositories/sel/product.yaml', 'POD-012 warning'],
  ['repositories/sel/taintshape.yaml', 'POD-014 warning'],
  ['repositories/sel/tolerb.yaml', 'POD-013 error'],
  ['repositories/vals2.yaml', 'DP-013 error, VAL-001 warning x4'],
];

test.each(CASES)('%s: %s', async (input, expected, ...options) => {
  const { found, code } = await foundIn(path.join(__dirname, 'inputs', input), options);
  expect(found).toBe(expected);
  expect(code).toBe(expected.includes('error') ? 1 : 0); // and all of it was read
});
