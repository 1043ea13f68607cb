import { findingsIn, says } from '../rules/lint-text';

const FLUX = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: gpu-operator, namespace: gpu-operator}
spec:
  chart:
    spec: {chart: gpu-operator, version: v26.7.0}
  values:
    devicePlugin:
      config:
        default: tts
`;

const ARGO = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gpu-operator}
spec:
  sources:
  - chart: gpu-operator
    repoURL: https://helm.ngc.nvidia.com/nvidia
    helm:
      values: |
        migManager:
          config:
            name: layouts
            default: all-1g.10gb
`;

const RANCHER = `apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: gpu-operator}
spec:
  chart: nvidia/gpu-operator
  valuesContent: |-
    devicePlugin:
      mps: {root: /data/mps}
`;

test.each([
  ['a HelmRelease of Flux', FLUX, ['DP-020', 10]],
  ['an Application of Argo CD', ARGO, ['MIG-020', 13]],
  ['a HelmChart of Rancher', RANCHER, ['MPS-005', 8]],
])('the values in %s are read, at their lines', (_, text, expected) => {
  const [rule] = expected;
  expect(findingsIn(text).filter(found => found.rule === rule).map(({ rule: id, line }) => [id, line])).toEqual([expected]);
});

test('values of other charts, of templates and those that cannot be read are left alone', () => {
  expect(says(FLUX.replace('chart: gpu-operator', 'chart: nvidia-device-plugin'))).toEqual(['VAL-001 info']); // of a release that is not known
  expect(says(ARGO.replace('name: layouts', 'name: {{ layouts }}'))).toEqual([]);
  expect(says(ARGO.replace('migManager:', 'migManager: ['))).toEqual([]);
  expect(says(ARGO.replace('name: layouts', 'name: *nowhere'))).toEqual([]);
});

test('a valuesObject is read as well', () => {
  const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'a' }, spec: { source: { chart: 'gpu-operator', helm: { valuesObject: { devicePlugin: { config: { default: 'tts' } } } } } } };
  expect(says(JSON.stringify(application))).toEqual(['DP-020 warning']);
});
