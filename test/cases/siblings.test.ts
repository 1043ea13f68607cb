import * as path from 'path';
import { foundIn } from './found-in';

/** Siblings of what people reported: the same faults written another way, and right files that look like them. An empty text is a right file. */
const CASES: readonly (readonly [input: string, found: string, ...options: string[]])[] = [
  // /dev/shm and the variables of Services
  ['shm-with-slash.yaml', ''],
  ['service-headless.yaml', ''],
  ['service-placed-by-kustomize', 'POD-018 error'],
  ['service-with-prefix', ''],
  ['service-external.yaml', ''],
  // device plugin and DRA driver
  ['gate-in-values-elsewhere.yaml', ''],
  ['two-charts.yaml', 'DRA-029 warning'],
  ['two-charts-by-files', 'DRA-029 warning'],
  ['two-charts-plugin-off.yaml', ''],
  ['two-charts-values-elsewhere.yaml', ''],
  ['two-charts-nodes-without-plugin.yaml', ''],
  // which chart values are for
  ['chart-of-charts', 'MIG-013 error'],
  ['chart-of-charts-alias', 'VAL-001 warning'],
  ['plugin-values-by-name', ''],
  ['plugin-values-by-folder', ''],
  ['values-of-other-chart', ''],
  ['values-followed', 'VAL-001 warning'],
  ['values-followed-release', 'MIG-013 error'],
  ['values-elsewhere.yaml', ''],
  ['values-of-two-charts', ''],
  ['values-of-kustomization', 'VAL-001 warning'],
  ['values-empty.yaml', ''],
  ['values-once.yaml', 'VAL-001 warning'],
  // the toolkit on k3s and RKE2
  ['k3s-by-node.yaml', 'CP-013 warning'],
  ['rke2-by-path', 'CP-013 warning'],
  ['rke2-by-label.yaml', 'CP-013 warning'],
  ['rke2-with-nri.yaml', ''],
  ['k3s-without-toolkit.yaml', ''],
  ['k3s-env-set-one-by-one.yaml', ''],
  ['k3s-by-chart-alone.yaml', ''],
  ['k3s-beside-others.yaml', ''],
  ['k3s-other-config.yaml', 'CP-013 warning'],
  ['no-k3s.yaml', ''],
  // models over several GPUs, and GPUs that nobody gave
  ['copies-elsewhere.yaml', ''],
  ['copies-on-shared-gpus.yaml', ''],
  ['copies-above-gpus.yaml', 'POD-017 warning'],
  ['shards-above-gpus.yaml', 'POD-017 warning'],
  ['shards-without-shm.yaml', 'POD-016 warning'],
  ['all-gpus-beside-slice.yaml', 'POD-030 warning'],
  ['gpu-by-number-beside-slice.yaml', 'POD-030 warning'],
  ['all-gpus-beside-gpu.yaml', ''],
  // what a container runs
  ['shell-with-dashes.yaml', 'MEM-001 error'],
  ['shell-with-variable.yaml', 'MEM-001 error'],
  ['app-template-init.yaml', 'POD-010 error'],
  // which release it is
  ['release-in-chart-label.yaml', 'MIG-013 error'],
  ['release-in-oci-tag.yaml', 'MIG-013 error'],
  // nodes of which nothing says how their boards are cut
  ['gpus-above-h100-node.yaml', 'CAP-002 warning'],
  ['slices-of-h100-node.yaml', ''],
  ['rollout-on-a100-node.yaml', 'CAP-004 warning'],
  ['slices-counted-as-gpus.yaml', ''],
  ['pod-above-h100-nodes.yaml', 'CAP-003 warning'],
  ['rollout-of-inference-service.yaml', 'CAP-004 warning'],
  ['shipped-name-old-manager.yaml', 'MIG-033 error'],
  // names
  ['products-one-known.yaml', ''],
  ['products-none-known.yaml', 'POD-012 warning'],
  ['machine-of-gke-misspelt.yaml', 'POD-012 warning'],
  ['machine-of-gke-unknown.yaml', ''],
  ['resource-domain-misspelt.yaml', 'POD-011 warning'],
  ['resource-domain-other.yaml', ''],
  // models that a ConfigMap names
  ['model-in-config-map-key.yaml', 'MEM-001 error'],
  ['model-in-config-map-prefixed.yaml', 'MEM-001 error'],
  ['model-generated', 'MEM-001 error'],
  ['model-generated-and-merged', ''],
  ['model-in-other-folder', ''],
  ['model-patched', ''],
  // engines on shares of a GPU of which the board or the model is not known
  ['fraction-noboard.yaml', 'MEM-003 warning'],
  ['fraction-nomodel.yaml', 'MEM-003 warning'],
  ['fraction-set.yaml', ''],
  ['fraction-shared.yaml', 'MEM-002 warning, MEM-003 warning, POD-005 warning'],
  // files in JSON
  ['parted.json', 'MIG-032 warning'],
  ['parted-json-in-config-map.yaml', 'MIG-032 warning'],
  ['plugin-json-in-config-map.yaml', 'DP-004 error'],
  // values in objects and files of other tools
  ['values-of-helmfile.yaml', 'SCH-003 error, VAL-001 warning'],
  ['values-of-fleet', 'SCH-003 error, VAL-001 warning'],
  ['values-of-sveltos.yaml', 'SCH-003 error'],
  ['values-of-crossplane.yaml', 'SCH-003 error'],
  ['values-of-helm-chart-proxy.yaml', 'SCH-003 error'],
  ['values-of-two-proxies.yaml', ''],
  ['values-of-k0s.yaml', 'SCH-003 error'],
  ['llama-cpp-fits-itself.yaml', ''],
  // NIMs over more GPUs than they are given
  ['nim-above-gpus.yaml', 'POD-017 warning x3'],
  ['nim-over-nodes.yaml', 'NIM-098 warning'],
  // the configs that come with the operator
  ['shipped-above.yaml', 'CAP-002 warning'],
  ['shipped-enough.yaml', ''],
  ['shipped-balanced-above.yaml', 'CAP-002 warning'],
  ['shipped-made-above.yaml', 'CAP-002 warning'],
  ['shipped-of-other-profile.yaml', 'CAP-001 warning'],
  ['shipped-balanced-single.yaml', 'STR-001 warning'],
  ['shipped-balanced-mixed.yaml', ''],
  ['shipped-cut-none.yaml', 'STR-008 warning'],
  // kinds that hold pods
  ['kind-appwrapper.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-scaledjob.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-dgdok.yaml', ''],
  ['kind-dgdtypo.yaml', 'POD-010 error'],
  ['kind-dgdb1.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-llmisvc.yaml', 'MEM-001 error'],
  ['kind-llmq.yaml', ''],
  ['kind-pipelinerun.yaml', 'POD-010 error'],
  ['kind-taskrun.yaml', 'POD-010 error'],
  ['kind-kaito.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-jobset.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-rayservice.yaml', 'MEM-001 error x2, POD-010 error x2'],
  ['kind-rollout.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-knative.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-volcano.yaml', 'MEM-001 error, POD-010 error'],
  ['kind-trainjob.yaml', 'POD-010 error'],
  // what NFD writes
  ['nfd-chart-with-class.yaml', 'NFD-008 warning'],
  ['nfd-chart-default.yaml', 'NFD-008 warning'],
  ['nfd-class-selected.yaml', 'NFD-008 warning'],
  ['nfd-of-operator-and-own.yaml', ''],
  ['nfd-of-operator-default.yaml', 'NFD-008 warning'],
  ['nfd-of-operator-off.yaml', ''],
];

test.each(CASES)('%s: %s', async (input, expected, ...options) => {
  const { found, code } = await foundIn(path.join(__dirname, 'inputs', 'siblings', input), options);
  expect(found).toBe(expected);
  expect(code).toBe(expected.includes('error') ? 1 : 0); // and all of it was read
});
