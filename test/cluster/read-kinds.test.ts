import { isOfOthers } from '../../src/cluster/model/read-kinds';

test.each([
  ['Kustomization', 'kustomize.toolkit.fluxcd.io/v1', true], // Flux
  ['Kustomization', 'kustomize.config.k8s.io/v1beta1', false],
  ['Kustomization', '', false], // kustomize takes a file without apiVersion
  ['ClusterPolicy', 'kyverno.io/v1', true],
  ['ClusterPolicy', 'nvidia.com/v1', false],
  ['Node', 'longhorn.io/v1beta2', true],
  ['Node', 'v1', false],
  ['ConfigMap', 'v1', false],
])('a %s of %j is of others: %s', (kind, apiVersion, expected) => {
  expect(isOfOthers(kind, apiVersion)).toBe(expected);
});
